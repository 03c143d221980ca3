import { GuestInternalError, GuestPromise, GuestString, GuestTypeError } from "../primordials.ts";

type Listener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };

interface ListenerOptions {
  capture?: unknown;
  once?: unknown;
  signal?: { aborted: boolean; addEventListener(type: string, listener: () => void): void } | undefined;
}

interface Registered {
  type: string;
  listener: Listener;
  capture: boolean;
  once: boolean;
  isRemoved: boolean;
}

let beginDispatch: (event: Event, target: EventTarget | null) => void;
let isStopped: (event: Event) => boolean;

/** The web's `Event` class. Nothing bubbles: there is no tree. */
export class Event {
  readonly type: string;
  readonly bubbles: boolean;
  readonly cancelable: boolean;
  readonly timeStamp = 0;
  #target: EventTarget | null = null;
  #current: EventTarget | null = null;
  #isPrevented = false;
  #isStopped = false;

  static {
    beginDispatch = (event, target) => {
      if (target) event.#target = target;
      event.#current = target;
    };
    isStopped = (event) => event.#isStopped;
  }

  constructor(type: unknown, { bubbles, cancelable }: { bubbles?: unknown; cancelable?: unknown } = {}) {
    this.type = GuestString(type);
    this.bubbles = Boolean(bubbles);
    this.cancelable = Boolean(cancelable);
  }

  get target(): EventTarget | null {
    return this.#target;
  }

  get currentTarget(): EventTarget | null {
    return this.#current;
  }

  get defaultPrevented(): boolean {
    return this.#isPrevented;
  }

  preventDefault(): void {
    if (this.cancelable) this.#isPrevented = true;
  }

  stopPropagation(): void {}

  stopImmediatePropagation(): void {
    this.#isStopped = true;
  }

  get [Symbol.toStringTag](): string {
    return "Event";
  }
}

/** The web's `EventTarget` class. */
export class EventTarget {
  readonly #listeners: Registered[] = [];

  addEventListener(type: unknown, listener: Listener | null, options?: ListenerOptions | boolean): void {
    if (listener === null || listener === undefined) return;
    const { capture, once, signal } = typeof options === "object" && options !== null ? options : { capture: options };
    if (signal?.aborted || this.#find(type, listener, Boolean(capture)) >= 0) return;
    this.#listeners.push({
      type: GuestString(type),
      listener,
      capture: Boolean(capture),
      once: Boolean(once),
      isRemoved: false,
    });
    signal?.addEventListener("abort", () => this.removeEventListener(type, listener, options));
  }

  removeEventListener(type: unknown, listener: Listener | null, options?: ListenerOptions | boolean): void {
    const capture = typeof options === "object" && options !== null ? options.capture : options;
    const index = this.#find(type, listener, Boolean(capture));
    const [removed] = index < 0 ? [] : this.#listeners.splice(index, 1);
    if (removed) removed.isRemoved = true;
  }

  dispatchEvent(event: Event): boolean {
    if (!(event instanceof Event)) throw new GuestTypeError("dispatchEvent needs an Event");
    beginDispatch(event, this);
    for (const registered of this.#listeners.filter(({ type }) => type === event.type)) {
      if (isStopped(event)) break;
      if (registered.isRemoved) continue;
      const { listener } = registered;
      if (registered.once) this.removeEventListener(event.type, listener, registered.capture);
      try {
        if (typeof listener === "function") listener.call(this, event);
        else listener.handleEvent(event);
      } catch (error) {
        // Memory or stack ended: that is no matter of the listener alone.
        if (error instanceof GuestInternalError) throw error;
        // What a listener throws stops no other, and is told as what nobody handled.
        void GuestPromise.reject(error);
      }
    }
    beginDispatch(event, null);
    return !event.defaultPrevented;
  }

  get [Symbol.toStringTag](): string {
    return "EventTarget";
  }

  #find(type: unknown, listener: Listener | null, capture: boolean): number {
    const name = GuestString(type);
    return this.#listeners.findIndex(
      (known) => known.type === name && known.listener === listener && known.capture === capture,
    );
  }
}
