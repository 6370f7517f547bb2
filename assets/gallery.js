// The gallery: samples that stand still, in named rows or as a wall with a note below each.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".lab");
  root.innerHTML = "<canvas></canvas>";
  const canvas = root.querySelector("canvas");
  const rows = data.rows.map(({ name, values, shape }) => ({ name, view: { values: unpack(values, Uint8Array), shape } }));
  const paint = () => {
    if (data.columns === null) {
      drawRows(canvas, rows, data.look, data.size, 4);
    } else {
      const [{ view }] = rows;
      const lines = Math.ceil(view.shape[0] / data.columns);
      // As wide as the page gives, but no sample larger than it needs to be.
      const box = Math.min(data.size, canvas.clientWidth / data.columns / aspect(view, data.look));
      const { context, width, height } = prepare(canvas, lines * (box + (data.notes.length ? 16 : 0)));
      drawWall(context, view, data.look, data.columns, [0, 0, width, height], undefined, Infinity, data.notes);
    }
    root.dataset.samples = rows[0].view.shape[0];
  };
  const resized = new ResizeObserver(paint);
  resized.observe(root);
  return () => resized.disconnect();
}
