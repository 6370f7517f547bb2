// Points by WebGL: one context for a whole page, whose pictures are copied onto its canvases.

// Arrays that stay on the graphics processor: those of the last few pictures.
const HELD = 24;

// Where points are `part` of the way, each end on a scale of its own: x right, y up, in pixels of the sheet.
const VERTEX = `#version 300 es
in vec2 from, to;
in float cell;
uniform vec4 begin, end;
uniform vec2 sheet;
uniform float part, side, columns;
flat out vec2 corner;
void main() {
  vec2 place = mix(begin.xy + begin.zw * from, end.xy + end.zw * to, part);
  gl_Position = vec4((2.0 * place / sheet - 1.0) * vec2(1, -1), 0, 1);
  gl_PointSize = side;
  corner = vec2(mod(floor(cell / 2.0), columns), mod(cell, 2.0));
}`;
const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D sprites;
uniform vec2 cells;
uniform float opacity;
flat in vec2 corner;
out vec4 colour;
void main() {
  colour = opacity * texture(sprites, (corner + gl_PointCoord) * cells);
}`;

/** The one context of a page, of which a browser gives few. */
export class Graphics {
  /** On the context of a canvas of its own. */
  constructor(gl) {
    Object.assign(this, { gl, canvas: gl.canvas, buffers: new Map(), textures: new WeakMap() });
    this.program = gl.createProgram();
    for (const [kind, source] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, FRAGMENT],
    ]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(this.program, shader);
    }
    gl.linkProgram(this.program);
    const isLinked = gl.getProgramParameter(this.program, gl.LINK_STATUS);
    // Of a context that is lost meanwhile nobody knows.
    if (!isLinked && !this.isLost) throw new Error(gl.getProgramInfoLog(this.program));
    gl.useProgram(this.program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
  }

  /** Bind the buffer of an array, into which it is written unless it is among those that were drawn last. */
  bind(target, array) {
    const { gl, buffers } = this;
    const buffer = buffers.get(array) ?? gl.createBuffer();
    gl.bindBuffer(target, buffer);
    if (!buffers.delete(array)) gl.bufferData(target, array, gl.STATIC_DRAW);
    buffers.set(array, buffer);
    if (buffers.size <= HELD) return;
    const [[oldest, unused]] = buffers;
    buffers.delete(oldest);
    gl.deleteBuffer(unused);
  }

  attribute(name, array, size, type) {
    const { gl } = this;
    const place = gl.getAttribLocation(this.program, name);
    this.bind(gl.ARRAY_BUFFER, array);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, type, false, 0, 0);
  }

  uniform(name, ...values) {
    this.gl[`uniform${values.length}f`](this.gl.getUniformLocation(this.program, name), ...values);
  }

  /** Use a sheet of sprites. */
  show(canvas) {
    const { gl, textures } = this;
    const texture = textures.get(canvas) ?? gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    if (textures.has(canvas)) return;
    textures.set(canvas, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, canvas);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
  }

  get isLost() {
    return this.gl.isContextLost();
  }

  /** The picture of points so wide and high in pixels: see `drawSprites`. */
  draw([width, height], { begin, end, part }, sprites, { cells, order }, opacity) {
    const { gl, canvas } = this;
    // Of canvases of many sizes the largest is kept: another size costs more than a larger one.
    if (canvas.width < width) canvas.width = width;
    if (canvas.height < height) canvas.height = height;
    gl.viewport(0, canvas.height - height, width, height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    this.show(sprites.canvas);
    this.attribute("from", begin.values, 2, gl.FLOAT);
    this.attribute("to", end.values, 2, gl.FLOAT);
    this.attribute("cell", cells, 1, gl.UNSIGNED_SHORT);
    this.uniform("begin", ...begin.scale);
    this.uniform("end", ...end.scale);
    this.uniform("part", part);
    this.uniform("sheet", width, height);
    this.uniform("side", sprites.side);
    this.uniform("columns", sprites.canvas.width / sprites.side);
    this.uniform("cells", sprites.side / sprites.canvas.width, 0.5);
    this.uniform("opacity", opacity);
    this.bind(gl.ELEMENT_ARRAY_BUFFER, order);
    gl.drawElements(gl.POINTS, order.length, gl.UNSIGNED_INT, 0);
    return canvas;
  }
}
