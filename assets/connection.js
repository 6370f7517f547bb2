// A connection to one of our live routes, which is made again when it is lost.

import { readSnapshot } from "./snapshot.js";

// Milliseconds after which a server that was restarted is looked for again, and in which a connection is made unless
// something stands in its way.
const PAUSE = 1000;
const SOON = 5000;

// The page came through, and with it Streamlit's own socket: so it is a proxy that stops ours.
const BLOCKED =
  `No live pictures: this page came through, its WebSockets do not. Whoever runs the server must let the proxy pass ` +
  `Upgrade and Connection on for /live and /probe too, and set LATENT_LAB_HOSTS=${location.hostname} (see the README).`;
const LOST = "No connection to the server: what stands here is what came last. It is tried again every second.";

/** The socket's address of one of our routes, which begin where the folder /assets/<version> of this script lies. */
function socketAddress(path) {
  const address = new URL(`../..${path}`, import.meta.url);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address;
}

/**
 * `hears` is told what happens: `opened()`, also when it is open again; `snapshot(snapshot)` and `message(message)`,
 * what the server sends; `lost()`; and `blocked(reason)` where there is no connection for a while, at first or later.
 */
export class Connection {
  /** To a path, over a new socket, or over the `socket` of a connection that is passed on. */
  constructor(path, hears, socket = null) {
    this.path = path;
    this.hears = hears;
    this.isClosed = false;
    this.blocked = null;
    if (socket) this.take(socket);
    else {
      this.expect(BLOCKED);
      this.connect();
    }
  }

  /** The server goes on with another path on the same socket: the connection to that one, in place of this. */
  passOn(path, hears) {
    const { socket } = this;
    this.isClosed = true;
    this.socket = null;
    return new Connection(path, hears, socket);
  }

  /** Say why, unless a connection is made soon. */
  expect(reason) {
    this.blocked = setTimeout(() => this.hears.blocked(reason), SOON);
  }

  connect() {
    const socket = new WebSocket(socketAddress(this.path));
    socket.binaryType = "arraybuffer";
    this.take(socket);
  }

  /** Hear what comes over a socket. */
  take(socket) {
    this.socket = socket;
    this.socket.onopen = () => {
      clearTimeout(this.blocked);
      this.blocked = null;
      this.hears.opened();
    };
    this.socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.hears.snapshot(readSnapshot(data));
      else this.hears.message(JSON.parse(data));
    };
    this.socket.onclose = () => {
      this.hears.lost();
      if (this.isClosed) return;
      if (this.blocked === null) this.expect(LOST);
      this.retry = setTimeout(() => this.connect(), PAUSE);
    };
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** What is sent while the connection is lost is lost, too. */
  send(message) {
    if (this.isOpen) this.socket.send(JSON.stringify(message));
  }

  /** End it for good. */
  close() {
    this.isClosed = true;
    clearTimeout(this.retry);
    clearTimeout(this.blocked);
    this.socket?.close();
  }
}
