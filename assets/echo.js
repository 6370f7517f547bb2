// News and echoes: what a page says of what a script told it comes back late, when the hand may be elsewhere.

/** What a script and its page know of one thing that both move, as something that `===` compares. */
export class Echo {
  /** `heard` is what the page says at first. */
  constructor(heard) {
    this.heard = heard;
    // What the page was told and has not answered, the earliest first.
    this.told = [];
  }

  /** What the page knows, or will in a moment. */
  get known() {
    return this.told.length ? this.told.at(-1) : this.heard;
  }

  /** Whether the page has answered all that it was told. */
  get isSettled() {
    return !this.told.length;
  }

  /** Take it that the page has answered, though it was not heard. */
  settle() {
    this.heard = this.known;
    this.told = [];
  }

  /** Note what the page is told. */
  tell(value) {
    this.told.push(value);
  }

  /** Hear what the page says; whether it is news, and not what it said before or was told. */
  isNews(value) {
    const answered = this.told.lastIndexOf(value);
    const isNews = answered < 0 && value !== this.heard;
    this.heard = value;
    // Pages answer in order, but not each time: what was told before is answered, too.
    this.told = isNews ? [] : this.told.slice(answered + 1);
    return isNews;
  }
}
