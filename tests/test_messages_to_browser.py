"""What a page has drawn reaches its browser, whatever is drawn again before."""

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.ui.messages_to_browser import MessagesToBrowser


def test_what_was_drawn_and_not_sent_is_kept_when_a_part_of_it_is_drawn_again():
    def drawn(place, part=""):
        message = ForwardMsg()
        message.metadata.delta_path.extend([0, place])
        message.delta.new_element.markdown.body, message.delta.fragment_id = part, part
        return message

    queue = MessagesToBrowser()
    for message in (page := [drawn(0), drawn(1, "part"), drawn(2)]):
        queue.enqueue(message)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["part"])
    queue.enqueue(again := drawn(1, "part"))
    assert queue.flush() == [*page, again]
    queue.enqueue(again)
    queue.clear(retain_lifecycle_msgs=True)
    assert queue.is_empty()
