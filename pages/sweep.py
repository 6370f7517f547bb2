"""One knob or several at many values: runs side by side, a slider that is the knob, and a curve."""

from pages.ui import sweep_list, sweep_plan, sweep_view
from pages.ui.state import show_flash

show_flash()
record = sweep_list.current()
if record is None:
    sweep_plan.show()
    sweep_list.show()
else:
    sweep_view.show(record)
