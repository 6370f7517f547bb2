// A slider over pictures that follow one another, and a button that plays them.

// Milliseconds between two pictures.
const PICTURE = 90;

/** The controls; `label` says what the slider goes along. */
export function playerHtml(label) {
  return `<div class="film">
    <button type="button" class="play" aria-label="Play: ${label}">▶</button>
    <label>${label} <input type="range" min="0" value="0" step="1"><output></output></label>
  </div>`;
}

export class Player {
  /** On the controls `film`; `show(i)` shows a picture, and says in a few words where that is. */
  constructor(film, show) {
    Object.assign(this, { film, show, count: 1, at: 0, playing: null });
    [this.slider, this.button, this.output] = ["input", ".play", "output"].map((each) => film.querySelector(each));
    this.slider.oninput = () => {
      this.stop();
      this.go(Number(this.slider.value));
    };
    this.button.onclick = () => {
      if (this.playing) this.stop();
      else this.play();
    };
  }

  /** So many pictures there are to look at. */
  take(count) {
    this.count = count;
    this.slider.max = count - 1;
    this.film.hidden = count < 2;
  }

  go(at) {
    this.at = at;
    this.slider.value = at;
    this.output.textContent = this.show(at);
  }

  /** From where it stands to the end, at the end from the beginning. */
  play() {
    this.stop();
    if (this.at === this.count - 1) this.go(0);
    this.button.textContent = "❚❚";
    this.playing = setInterval(() => {
      this.go(this.at + 1);
      if (this.at === this.count - 1) this.stop();
    }, PICTURE);
  }

  stop() {
    clearInterval(this.playing);
    this.playing = null;
    this.button.textContent = "▶";
  }
}
