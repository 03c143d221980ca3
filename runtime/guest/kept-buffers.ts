import type { HandlerName } from "../../wit/generated/contract.ts";
import type { Bound } from "./bind.ts";
import { carriedJson } from "./carried-json.ts";
import { GuestError, emptyTable, isFiniteNumber } from "./primordials.ts";

type OnFlush = (objects: unknown, points: unknown) => unknown;
type Target = Parameters<Bound<"buffers">["add"]>[0];

/** The largest and the smallest number that cross to the host stand for those that do not. */
const MOST = Number.MAX_VALUE;

/**
 * Buffers whose objects the host keeps beyond the call: those that the plugin's script and setup make, because these make the same ones
 * again in every sandbox. They are known by their number.
 */
export class KeptBuffers {
  private readonly onFlush = emptyTable<OnFlush>();
  private count = 0;
  private host: Bound<"buffers"> | undefined;
  /** The function of the last call that has begun. */
  private function: HandlerName | undefined;

  connect(host: Bound<"buffers">): void {
    this.host = host;
  }

  /** Notes that a call begins. */
  begin(name: HandlerName | undefined): void {
    this.function = name;
  }

  /** Gives a buffer its number; none to one that is made too late to be made again. */
  create(onFlush: OnFlush): number | undefined {
    if (this.function !== undefined && this.function !== "setupPlugin") return undefined;
    this.onFlush[this.count] = onFlush;
    return this.count++;
  }

  /**
   * Hands an object to the host. The script belongs to no call, and after the teardown nobody flushes.
   * @returns whether the host keeps it
   */
  add(number: number, limit: number, timeoutSeconds: number, object: unknown, points: number): boolean {
    if (!this.host || this.function === undefined || this.function === "teardownPlugin") return false;
    const json = carriedJson(object);
    if (json === undefined) return false;
    const to: Target = { number, limit: finite(limit, MOST), timeoutSeconds: finite(timeoutSeconds, 0) };
    return this.host.add(to, json, finite(points, 0));
  }

  /** Has the host give back what it keeps of a buffer. */
  flush(number: number): void {
    if (this.function !== undefined) this.host?.flush(number);
  }

  /** Calls the `onFlush` of a buffer. */
  run(number: unknown, objects: unknown, points: unknown): unknown {
    const onFlush = this.onFlush[number as number];
    if (!onFlush)
      throw new GuestError(
        `the plugin makes no buffer number ${(number as number) + 1} any more: createBuffer was called ${this.count} times by its script and setupPlugin`,
      );
    return onFlush(objects, points);
  }
}

function finite(value: number, otherwise: number): number {
  if (isFiniteNumber(value)) return value;
  return value > 0 ? MOST : value < 0 ? -MOST : otherwise;
}
