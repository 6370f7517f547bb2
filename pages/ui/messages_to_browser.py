"""What a page has drawn and its browser has not been sent yet."""

from __future__ import annotations

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue


class MessagesToBrowser(ForwardMsgQueue):
    """Streamlit's, which keeps everything when a part of the page runs again by itself.

    Streamlit drops what the page has just drawn of that part, and still says that the page was drawn to its end. The
    browser then takes the part away, what stood below moves up into its place, and the part is drawn over that.
    """

    def clear(self, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None) -> None:
        """Forget what the next run draws anew: everything, or with the ids of parts nothing."""
        if fragment_ids_this_run is None:
            super().clear(retain_lifecycle_msgs)
        else:
            # What is drawn from now on comes after what is here, and not in its place.
            self._delta_index_map = {}
