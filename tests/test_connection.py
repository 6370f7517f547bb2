"""What is said where a page's sockets do not come through, and where they are lost later, without a browser."""

import pytest

from tests.node import computed

# Opens and closes a connection as it is told, five seconds passing in between, and says what it hears.
HEARD = """((said) => {
  const [sockets, waiting] = [[], new Set()];
  globalThis.WebSocket = class { constructor() { sockets.push(this); } close() {} };
  globalThis.setTimeout = (act) => { waiting.add(act); return act; };
  globalThis.clearTimeout = (act) => waiting.delete(act);
  const connection = new Connection("/live/run", {
    opened: () => said.push("opened"), lost: () => said.push("lost"), blocked: (reason) => said.push(reason),
  });
  const does = {
    open: () => sockets.at(-1).onopen(),
    lose: () => sockets.at(-1).onclose(),
    wait: () => { for (const act of [...waiting]) { waiting.delete(act); act(); } },
    close: () => connection.close(),
  };
  for (const event of events) does[event]();
  return said;
})([])"""
BLOCKED, LOST = "its WebSockets do not", "No connection to the server: what stands"


@pytest.mark.parametrize(
    ("events", "heard"),
    [
        (["wait"], [BLOCKED]),
        (["lose", "wait"], ["lost", BLOCKED]),
        (["open", "wait"], ["opened"]),
        (["open", "lose", "wait"], ["opened", "lost", LOST]),
        (["open", "lose", "open", "wait"], ["opened", "lost", "opened"]),
        (["open", "lose", "wait", "open", "lose", "wait"], ["opened", "lost", LOST, "opened", "lost", LOST]),
        (["open", "close", "lose", "wait"], ["opened", "lost"]),
    ],
)
def test_why_nothing_comes_is_said(events, heard):
    found = computed("connection.js", HEARD, events=events)
    assert [part for part, said in zip(heard, found, strict=True) if part not in said] == []


# A connection that is open is passed on to another run's; what is lost then is looked for where that run is.
PASSED = """((said) => {
  const sockets = [];
  globalThis.WebSocket = class {
    constructor(address) { sockets.push(this); said.push(address.pathname); }
    send(text) { said.push(text); }
    close() { said.push("closed"); }
  };
  WebSocket.OPEN = 1;
  globalThis.setTimeout = (act) => { act(); };
  globalThis.clearTimeout = () => {};
  const hears = (who) => ({
    opened: () => {}, lost: () => said.push(`${who} lost it`), blocked: () => {},
    message: (message) => said.push(`${who} heard ${message}`),
  });
  const first = new Connection("/live/a", hears("a"));
  Object.assign(sockets[0], { readyState: 1 }).onopen();
  sockets[0].onmessage({ data: "1" });
  const second = first.passOn("/live/b", hears("b"));
  sockets[0].onmessage({ data: "2" });
  first.send("of a");
  first.close();
  second.send("of b");
  sockets[0].onclose();
  second.close();
  return said;
})([])"""


def test_a_connection_is_passed_on_with_its_socket():
    a, heard, passed, sent, lost, b, closed = computed("connection.js", PASSED)
    assert (heard, passed, sent, lost, closed) == ("a heard 1", "b heard 2", '"of b"', "b lost it", "closed")
    assert a.endswith("/live/a")
    assert b.endswith("/live/b")
