// The wall: several runs at once, live, as tiles that all show the same view, or one by one under a slider.

import { align } from "./alignment.js";
import { oncePerPicture, whenResized } from "./canvas.js";
import { Echo } from "./echo.js";
import { Saver } from "./film_save.js";
import { Followed } from "./followed.js";
import { samplesOf, select, withSelection } from "./selection.js";
import { BAR_HTML, drawBar, listenToBar, measuredOf } from "./wall_bar.js";
import { film, filmed, shareAt, stepAt } from "./wall_film.js";
import { buildKnob, drawFigures, drawKnob, stand } from "./wall_knob.js";
import { goOn, isSeen, mayMove, onItsWay, setOut } from "./wall_motion.js";
import { buildTiles, columnsFor, drawHead, drawMarks, drawPicture, heightOf } from "./wall_tiles.js";
import { drawnFrom, namesOf, SHOWN, TOGETHER } from "./wall_views.js";

// Pictures a second of a few runs, of many, and of those out of sight.
const RATES = { few: 4, many: 2, unseen: 1 };
const MANY = 8;
// Milliseconds, for each run, between two paintings of pictures that depend on all runs.
const PATIENCE = 60;
// Milliseconds before the page is told that runs began or ended, because several often do at once; after the last one
// there is nothing to wait for but what else it says at its end.
const [GATHERING, LAST] = [500, 60];
// Milliseconds between two paintings of what runs send: pictures that come one by one are painted together, because
// what a browser does for a painting costs as much for one tile as for all. No longer than a run takes to its next.
const WITHIN = 240;

// Of a run whose model or data do not have what the others show.
const ABSENT = "This run has nothing to show here. Choose another view above.";

const HTML = `${BAR_HTML}<div class="tiles"></div><div class="knob" hidden></div>`;

class Wall {
  constructor(root) {
    Object.assign(this, { root, runs: new Map(), cells: [], view: null, panel: null, position: null });
    Object.assign(this, { marked: null, isPinned: false, dirty: new Set(), isQueued: false, painted: 0, knob: null });
    this.looks = new Echo("");
    this.glide = oncePerPicture(() => this.root.isConnected && this.goOn());
    root.innerHTML = HTML;
    this.grid = root.querySelector(".tiles");
    this.film = film(
      root.querySelector(".film"),
      () => [...this.runs.values()],
      (position) => {
        this.position = position;
        this.repaint();
      },
      (time) => this.look({ time }),
    );
    this.saver = new Saver(root.querySelector(".save"), filmed(this));
    this.seen = new IntersectionObserver((entries) => this.see(entries));
    this.resized = whenResized(root, () => this.repaint());
    this.keys = (event) => {
      if (event.key === "Escape") this.letGo();
    };
    document.addEventListener("keydown", this.keys);
    listenToBar(this);
  }

  /** Show what the page says: runs that were there go on being followed. */
  update(data, setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    const layout = JSON.stringify([data.across, data.down, data.tiles.map(({ stage, ...tile }) => [stage?.run, tile])]);
    Object.assign(this, { title: data.title, across: data.across, down: data.down });
    // The page may not have heard yet of what was chosen here: only what it says anew counts.
    const isNews = this.looks.isNews(JSON.stringify(data.view));
    if (isNews) Object.assign(this, { view: data.view, panel: null });
    const wanted = new Map(
      data.tiles.filter((tile) => tile.stage).map((tile) => [tile.stage.run, withSelection(tile.stage)]),
    );
    for (const [id, run] of this.runs) {
      if (!wanted.has(id)) run.close();
      if (!wanted.has(id)) this.runs.delete(id);
      else run.data = wanted.get(id);
    }
    const rate = wanted.size > MANY ? RATES.many : RATES.few;
    for (const [id, stage] of wanted) {
      if (!this.runs.has(id)) this.runs.set(id, new Followed(stage, rate, (run) => this.move(run)));
    }
    if (layout !== this.layout) this.build(data);
    else if (isNews && this.knob) stand(this, this.knob);
    this.layout = layout;
    if (isNews) this.film.put(data.view.time);
    this.repaint();
  }

  /** Build the tiles, and the slider where a knob was swept. */
  build(data) {
    this.seen.disconnect();
    this.cells = buildTiles(this, this.grid, data.tiles);
    for (const { element } of this.cells) this.seen.observe(element);
    const hasKnob = data.across?.values.length > 1;
    this.root.querySelector(".modes").hidden = !hasKnob;
    this.knob = hasKnob ? buildKnob(this, this.root.querySelector(".knob")) : null;
  }

  close() {
    for (const run of this.runs.values()) run.close();
    this.film.stop();
    this.saver.cancel();
    this.seen.disconnect();
    this.resized.disconnect();
    document.removeEventListener("keydown", this.keys);
    for (const timer of [this.soon, this.later, this.gathering]) clearTimeout(timer);
  }

  /** Runs out of sight need few pictures. */
  see(entries) {
    for (const { target, isIntersecting } of entries) {
      const run = this.runs.get(target.dataset.run);
      target.isSeen = isIntersecting;
      run?.pace(isIntersecting ? (this.runs.size > MANY ? RATES.many : RATES.few) : RATES.unseen);
      if (run && isIntersecting) this.move(run);
    }
  }

  /** Whether all runs are tiles, or one is large under the slider of a swept knob. */
  get mode() {
    return this.knob ? this.view.mode : "tiles";
  }

  // What happens

  /** Somebody looks at another `mode`, `panel`, `metric`, `place` or `time`. */
  look(change) {
    this.view = { ...this.view, ...change };
    this.repaint();
    this.looks.tell(JSON.stringify(this.view));
    this.setTriggerValue("view", this.view);
  }

  /** A run has news. */
  move(run) {
    const cell = this.cells.find((each) => each.run === run);
    if (cell) this.dirty.add(cell);
    this.soon ??= setTimeout(
      () => {
        this.soon = null;
        this.queue();
      },
      this.painted + WITHIN - performance.now(),
    );
    if (TOGETHER.has(this.panel?.name)) {
      this.later ??= setTimeout(() => {
        this.later = null;
        this.repaint();
      }, PATIENCE * this.runs.size);
    }
    if (!run.isAsDrawn) this.gather();
  }

  /** Soon tell the page that a run began or ended moving. */
  gather() {
    const isLast = ![...this.runs.values()].some((run) => run.isMoving);
    if (isLast) this.stopGathering();
    this.gathering ??= setTimeout(
      () => {
        this.stopGathering();
        this.setTriggerValue("status", this.cells.length);
      },
      isLast ? LAST : GATHERING,
    );
  }

  stopGathering() {
    clearTimeout(this.gathering);
    this.gathering = null;
  }

  open(run) {
    this.setTriggerValue("opened", run);
  }

  /** Set a run aside to be compared, or let it go. */
  setAside(run) {
    this.setTriggerValue("aside", run);
  }

  /** The sample under the pointer, or none (−1), is marked in every picture of the same samples. */
  mark(cell, i, panel) {
    if (this.isPinned) return;
    this.marked = i < 0 ? null : { i, samples: samplesOf(cell.run), drawn: drawnFrom(panel) };
    this.drawAllMarks();
  }

  /** Select `indices` of the samples of a run. */
  select(run, indices) {
    select(this.runs.values(), samplesOf(run), indices, this.setTriggerValue);
    this.repaint();
  }

  /** The sample that was clicked stays marked, until it is clicked again or Escape is pressed. */
  pin(cell, i, panel) {
    const isSame = this.isPinned && this.marked?.i === i;
    this.isPinned = false;
    this.mark(cell, isSame ? -1 : i, panel);
    this.isPinned = this.marked !== null;
  }

  letGo() {
    this.isPinned = false;
    this.marked = null;
    this.drawAllMarks();
  }

  markedIn(cell, panel) {
    const { marked } = this;
    const isThere = marked && marked.samples === samplesOf(cell.run) && marked.drawn === drawnFrom(panel);
    return isThere ? marked.i : -1;
  }

  drawAllMarks() {
    if (this.mode === "knob") this.repaint();
    else for (const cell of this.cells) if (cell.run) drawMarks(cell, this.markedIn(cell, this.panel));
    this.root.dataset.marked = this.marked ? this.marked.i : "";
  }

  // Painting

  /** Draw everything with the browser's next picture. */
  repaint() {
    for (const cell of this.cells) this.dirty.add(cell);
    this.queue();
  }

  queue() {
    if (this.isQueued) return;
    this.isQueued = true;
    requestAnimationFrame(() => {
      this.isQueued = false;
      if (this.root.isConnected) this.paint();
    });
  }

  get share() {
    return shareAt(this.position, this.runs.size);
  }

  /** Draw all of it at once as it is at a position of the time slider. */
  paintAt(position) {
    this.position = position;
    this.paint(this.cells, true);
  }

  /** Draw what is new, of tiles out of sight only the first picture: on its way to there, or `atOnce`. */
  paint(cells = [...this.dirty].filter((cell) => isSeen(cell) || !cell.element.dataset.step), atOnce = false) {
    const isKnob = this.mode === "knob";
    this.grid.hidden = isKnob;
    this.root.querySelector(".knob").hidden = !isKnob;
    align(this.cells, this.share);
    this.measured = measuredOf([...this.runs.values()]);
    const { view } = this;
    this.plotted = this.measured.find(({ name }) => name === view.metric) ?? this.measured[0] ?? null;
    this.panels = SHOWN.filter((panel) =>
      this.cells.some(({ shown, run }) => shown && (panel.shown(shown, run.data) || panel.missing?.(shown))),
    );
    const wanted = this.panels.find(({ name }) => name === view.panel);
    this.panel = wanted ?? mostShown(this.panels, this.cells);
    const watched = namesOf(isKnob ? this.panels : [this.panel].filter(Boolean));
    if (watched.length) for (const run of this.runs.values()) run.want(watched);
    drawBar(this);
    if (isKnob) drawKnob(this, this.knob, atOnce);
    else this.drawTiles(cells, atOnce);
    this.dirty.clear();
    this.painted = performance.now();
    this.glide();
  }

  /** Draw what is on its way. */
  goOn() {
    if (this.mode === "knob") goOn([this.knob], () => drawFigures(this, this.knob), this.glide);
    else goOn(this.cells, (cells) => this.drawPictures(cells), this.glide);
  }

  drawTiles(cells, atOnce) {
    const { across, down } = this;
    const isCrossed = across && down;
    const columns = isCrossed ? across.values.length : columnsFor(this.cells.length, this.grid.clientWidth);
    this.grid.style.setProperty("--columns", columns);
    this.height = heightOf(this.grid, this.cells, columns);
    const drawn = cells.filter(({ run }) => run).map((cell) => ({ cell, state: this.stateOf(cell) }));
    // All texts first: a picture asks how large it is, and each text written before that lays the page out once more.
    for (const { cell, state } of drawn) {
      const isMissing = cell.shown && !this.panel.shown(cell.shown, cell.run.data);
      const missing = isMissing ? this.panel.missing?.(cell.shown) || ABSENT : "";
      drawHead(cell.element, cell.run, state.snapshot, this.share, missing);
    }
    const isStill = atOnce || !mayMove(this.cells);
    for (const { cell, state } of drawn) setOut(cell, state, isStill);
    this.drawPictures(drawn.map(({ cell }) => cell));
  }

  drawPictures(cells) {
    for (const cell of cells) {
      drawPicture(cell, this.panel, onItsWay(cell), this.height);
      drawMarks(cell, this.markedIn(cell, this.panel));
    }
  }

  /** What a panel draws of a cell's run. */
  stateOf(cell) {
    const { run } = cell;
    const at = stepAt(run, this.share);
    if (at !== null) run.fetch(at);
    const snapshot = run.shown(at);
    return {
      data: run.data,
      status: run.status,
      history: run.history,
      snapshot: snapshot && { ...snapshot, views: cell.shown },
      at,
      filmed: run.filmed,
      isShared: new Set([...this.runs.values()].map(samplesOf)).size < 2,
      plotted: this.plotted,
      others: [...this.runs.values()].filter((other) => other !== run),
      repaint: () => this.repaint(),
    };
  }
}

/** The first of the panels that as many runs as possible have something to show in, or null where there is none. */
function mostShown(panels, cells) {
  const count = (panel) => cells.filter(({ shown, run }) => shown && panel.shown(shown, run.data)).length;
  return panels.reduce((best, panel) => (best && count(best) >= count(panel) ? best : panel), null);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  root.wall ??= new Wall(root);
  const { wall } = root;
  wall.update(data, setTriggerValue);
  return () => {
    wall.close();
    if (root.wall === wall) root.wall = null;
  };
}
