import { GuestProxy, GuestWeakRef, reflect } from "../primordials.ts";
import { View } from "./view.ts";

/**
 * Looks at one object of the event in hand on the host, by its number. With a key: its value, if it is a scalar; `[number]` for an object;
 * `[json]` for a list and for a text that only JSON carries; undefined when there is no such key. Without one: all of it as the JSON of
 * a Level.
 */
export type ReadEvent = (id: number, key?: string) => unknown;

/**
 * Tells the host how one key of one object has changed: the scalar it was set to, or JSON of any other value with `isJson`; undefined
 * for a key that was deleted. The host does it all, in this order, when the call has ended well.
 */
export type ChangeEvent = (id: number, key: string, value: unknown, isJson?: boolean) => void;

export type Target = Record<PropertyKey, unknown>;

const weakDeref = GuestWeakRef.prototype.deref;

/** The number of the event itself among its objects. */
export const ROOT = 0;

/** An event that lies on the host, during the call that it was handed to. */
export class EventCall {
  readonly read: ReadEvent;
  readonly change: ChangeEvent;
  /** The number of the event's `properties`, if they are an object: nearly every plugin looks at them. */
  readonly propertiesId: number | undefined;
  /** What the plugin is given; undefined when the call is over. */
  event: Target | undefined;
  /** The latest of the views, which leads to those before it. Gone when the call ends: what still lives then is held by the plugin. */
  last: View | undefined;
  /** Set when the event has become something that a list of changed keys cannot tell. */
  isExotic = false;
  private root: View | undefined;

  constructor(read: ReadEvent, change: ChangeEvent, propertiesId: number | undefined) {
    this.read = read;
    this.change = change;
    this.propertiesId = propertiesId;
    const root = new View(ROOT, this);
    this.root = root;
    this.event = this.open(root);
  }

  /** Whether a plugin gave the event a `then`: the host's cannot be a function. */
  get isThenable(): boolean {
    return this.isExotic || this.root?.changed?.["then"] === true;
  }

  /** Makes the object that the plugin sees. */
  open(view: View): Target {
    const proxy = new GuestProxy(view.target, view);
    view.proxy = proxy;
    view.previous = this.last;
    this.last = view;
    return proxy;
  }

  /** Ends the call: what the plugin kept of the event is copied in, since the host forgets it now. */
  end(): void {
    let kept: Kept | undefined;
    let view = this.last;
    this.last = undefined;
    this.root = undefined;
    this.event = undefined;
    while (view) {
      kept = { view: new GuestWeakRef(view), next: kept };
      const { previous } = view;
      view.previous = undefined;
      view.proxy = undefined;
      view = previous;
    }
    for (; kept; kept = kept.next) (reflect.apply(weakDeref, kept.view, []) as View | undefined)?.detach();
  }
}

/** Views of a call that is over, which are there as long as the plugin holds on to them. */
interface Kept {
  view: WeakRef<View>;
  next: Kept | undefined;
}
