// A film as a video, made by the browser's own encoder: MP4 where it has one for H.264, else WebM.

import {
  BufferTarget,
  CanvasSource,
  canEncodeVideo,
  Mp4OutputFormat,
  Output,
  Quality,
  WebMOutputFormat,
} from "./vendor/mediabunny.min.mjs";

class Video {
  /** Write what `canvas` shows, a picture with each `add`. */
  constructor(canvas, codec, format) {
    this.seconds = 0;
    this.output = new Output({ format, target: new BufferTarget() });
    this.source = new CanvasSource(canvas, { codec, quality: new Quality("very-high") });
    this.output.addVideoTrack(this.source);
    this.started = this.output.start();
  }

  /** One picture more, shown for so many seconds. */
  async add(seconds) {
    await this.started;
    await this.source.add(this.seconds, seconds);
    this.seconds += seconds;
  }

  /** The file. */
  async finish() {
    await this.output.finalize();
    return new Blob([this.output.target.buffer], { type: this.output.format.mimeType });
  }

  cancel() {
    this.output.cancel();
  }
}

/** A kind of video: `fits(canvas)`, whether this browser can write it, and `open(canvas)`, which begins one. */
function kind(title, ending, codec, Format) {
  return {
    title,
    ending,
    fits: ({ width, height }) => canEncodeVideo(codec, { width, height }),
    open: (canvas) => new Video(canvas, codec, new Format()),
  };
}

/** The kinds of video, first what more players can show. */
export const VIDEOS = [kind("MP4", "mp4", "avc", Mp4OutputFormat), kind("WebM", "webm", "vp9", WebMOutputFormat)];
