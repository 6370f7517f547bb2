// Samples that look like pictures.

const sheet = new OffscreenCanvas(1, 1);
const pencil = sheet.getContext("2d", { willReadFrequently: true });

/** A picture (C, H, W) in colour where it has three channels, else (H, W) in grey. */
export function drawPicture(context, view, i, [x, y, width, height]) {
  const [h, w] = view.shape.slice(-2);
  const channels = view.shape.length > 3 ? view.shape[1] : 1;
  const [low, high] = view.range;
  const image = new ImageData(w, h);
  image.data.fill(255);
  for (let c = 0; c < 3; c++) {
    const begin = (i * channels + Math.min(c, channels - 1)) * h * w;
    for (let pixel = 0; pixel < h * w; pixel++) {
      // The array of an image rounds and clamps by itself.
      image.data[4 * pixel + c] = (255 * (view.values[begin + pixel] - low)) / (high - low);
    }
  }
  // One sheet for all: to make one for each picture takes longer than to draw it.
  if (sheet.width !== w || sheet.height !== h) Object.assign(sheet, { width: w, height: h });
  pencil.putImageData(image, 0, 0);
  const scale = Math.min(width / w, height / h);
  // Large pixels stay square and sharp; where one pixel falls on another's edge, only smoothing keeps fine lines whole.
  context.imageSmoothingEnabled = scale * context.getTransform().a < 3;
  context.imageSmoothingQuality = "high";
  context.drawImage(sheet, x + (width - w * scale) / 2, y + (height - h * scale) / 2, w * scale, h * scale);
}

/** Where the pixels of a picture stand in a box [x, y, width, height] of its own shape, row by row. */
export function pixelPlaces(view, [x, y, width, height]) {
  const [rows, columns] = view.shape.slice(-2);
  const [wide, high] = [width / columns, height / rows];
  return Array.from({ length: rows * columns }, (_, i) => {
    return [x + (i % columns) * wide, y + Math.floor(i / columns) * high, wide, high];
  });
}
