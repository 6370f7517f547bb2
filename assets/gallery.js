// The gallery: samples that stand still, in named rows or as a wall with a note below each.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".lab");
  root.innerHTML = "<canvas></canvas>";
  const canvas = root.querySelector("canvas");
  const rows = data.rows.map(({ name, values, shape }) => ({ name, view: { values: unpack(values, Uint8Array), shape, range: BYTES } }));
  const wall = () => {
    const [{ view }] = rows;
    const lines = Math.ceil(view.shape[0] / data.columns);
    // As wide as the page gives, but no sample larger than it needs to be.
    const box = Math.min(data.size * LOOKS[data.look.kind].height(view), canvas.clientWidth / data.columns / aspect(view, data.look));
    const { context, width, height } = prepare(canvas, lines * (box + (data.notes.length ? 16 : 0)));
    return drawWall(context, view, data.look, data.columns, [0, 0, width, height], Infinity, data.notes);
  };
  const paint = () => {
    const tiles = data.columns === null ? drawRows(canvas, rows, data.look, data.size, 4) : wall();
    present(canvas, tiles, data.look, paint);
    root.dataset.samples = rows[0].view.shape[0];
  };
  const resized = new ResizeObserver(paint);
  resized.observe(root);
  return () => resized.disconnect();
}
