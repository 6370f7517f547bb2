"""A page that shows something in the moment in which somebody else deletes it."""

from streamlit.testing.v1 import AppTest


def page():
    import streamlit as st

    from core.errors import UnknownDataset
    from pages.ui.drawing import draw

    def look():
        st.session_state["looks"] = st.session_state.get("looks", 0) + 1
        st.text("found")
        if st.session_state["looks"] in st.session_state["deleted_at"]:
            raise UnknownDataset("It was deleted.")
        st.text("shown")

    draw(look)


def drawn(*deleted_at: int) -> AppTest:
    app = AppTest.from_function(page)
    app.session_state["deleted_at"] = deleted_at
    return app.run()


def test_a_page_is_drawn_anew_where_something_went_while_it_was_drawn():
    app = drawn(1)
    assert not app.exception
    assert [text.value for text in app.text] == ["found", "shown"]
    assert app.session_state["looks"] == 2


def test_a_page_that_cannot_be_drawn_says_so_instead_of_trying_for_ever():
    app = drawn(1, 2, 4)
    assert len(app.exception) == 1
    assert app.session_state["looks"] == 2
    # It is not given up: another time it may be drawn, and overtaken again.
    assert not app.run().exception
    assert not app.run().exception
    assert app.session_state["looks"] == 5
