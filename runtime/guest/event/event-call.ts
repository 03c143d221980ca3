import { GuestProxy, GuestWeakRef, emptyTable, forEachKey, reflect } from "../primordials.ts";
import { View } from "./view.ts";

/**
 * Reads one object of the event in hand on the host, by its number. With a key: its value, if it is a scalar; `[number]` for an object;
 * `[json]` for a list and for a text that only JSON carries; undefined when there is no such key. Without one: all of it as the JSON of
 * a Level.
 */
export type ReadView = (id: number, key?: string) => unknown;

type Target = Record<PropertyKey, unknown>;

const weakDeref = GuestWeakRef.prototype.deref;
const deref = (ref: WeakRef<View> | undefined): View | undefined =>
  ref && (reflect.apply(weakDeref, ref, []) as View | undefined);

/** The number of the event itself among its objects. */
const ROOT = 0;

/** An event that lies on the host, during the call that it was handed to. */
export class EventCall {
  readonly read: ReadView;
  /** By number. Emptied when the call ends: what still lives then is held by the plugin. */
  views = emptyTable<View>();
  proxies = emptyTable<Target>();
  /** Set when the event has become something that a list of changed keys cannot tell. */
  isExotic = false;

  constructor(read: ReadView) {
    this.read = read;
    this.open(new View(ROOT, this));
  }

  /** What the plugin is given. */
  get event(): Target | undefined {
    return this.proxies[ROOT];
  }

  /** Whether a plugin gave the event a `then`: the host's cannot be a function. */
  get isThenable(): boolean {
    return this.isExotic || this.views[ROOT]?.changed["then"] === true;
  }

  /** Makes the object that the plugin sees. */
  open(view: View): Target {
    const proxy = new GuestProxy(view.target, view);
    this.views[view.id] = view;
    this.proxies[view.id] = proxy;
    return proxy;
  }

  /** Ends the call: what the plugin kept of the event is copied in, since the host forgets it now. */
  end(): void {
    const kept = emptyTable<WeakRef<View>>();
    forEachKey(this.views, (id) => {
      const view = this.views[id];
      if (view) kept[id] = new GuestWeakRef(view);
    });
    this.views = emptyTable();
    this.proxies = emptyTable();
    forEachKey(kept, (id) => deref(kept[id])?.detach());
  }
}
