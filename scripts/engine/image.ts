import { Engine } from "../../runtime/engine/engine.ts";
import { FACTS_SECTION, GUEST_FUNCTIONS } from "../../runtime/engine/image.ts";
import type { GuestFunction, ImageFacts } from "../../runtime/engine/image.ts";
import type { Handle } from "../../runtime/engine/exports.ts";
import { CAPABILITY_CALL, EVENT_CHANGE, EVENT_READ, EVENT_RETURN } from "../../runtime/protocol.ts";
import { PAGES, STACK_RANGE } from "./shrink-stack.ts";
import { withMemory } from "./with-memory.ts";

const PAGE = 65_536;

/**
 * Boots the guest library in an engine, the way every sandbox would have to start if there were no images.
 * @returns the functions that the library hands out, too
 */
export function bootGuest(
  module: WebAssembly.Module,
  guest: readonly string[],
): { engine: Engine; functions: Record<GuestFunction, Handle> } {
  const nobody = (): never => {
    throw new Error("the guest library called its host while it was booted");
  };
  const engine = new Engine(
    { module, pages: PAGES },
    {
      memoryLimit: 8 * 1024 * 1024,
      stackLimit: 128 * 1024,
      clock: { now: () => 0, utcOffset: () => 0 },
      hostFunctions: [nobody, nobody, nobody],
    },
  );
  const boot = runScripts(engine, guest);
  const hosts = [CAPABILITY_CALL, EVENT_READ, EVENT_CHANGE, EVENT_RETURN].map((number) => ({
    handle: engine.hostFunction(number),
  }));
  const api = engine.call(boot, hosts);
  const functions = GUEST_FUNCTIONS.map((name) => [name, engine.property(api, name)]);
  for (const handle of [boot, api, ...hosts.map(({ handle }) => handle)]) engine.release(handle);
  engine.pump();
  return { engine, functions: Object.fromEntries(functions) as Record<GuestFunction, Handle> };
}

/** Hands what each script makes to the next. @returns what the last one made */
function runScripts(engine: Engine, scripts: readonly string[]): Handle {
  let made: Handle | undefined;
  for (const script of scripts) {
    const run = engine.evaluate(script, "hoglet:guest");
    const next: Handle = engine.call(run, made === undefined ? [] : [{ handle: made }]);
    engine.release(run);
    if (made !== undefined) engine.release(made);
    made = next;
  }
  if (made === undefined) throw new Error("the guest library has no script");
  return made;
}

/**
 * Boots the guest library and makes a module of the result: an instance of it is booted already. Whatever the machine, the same engine
 * and guest give the same bytes: the clock stands still, and nothing random is there to ask.
 */
export function makeImage(engineWasm: Uint8Array, guest: readonly string[]): Uint8Array {
  const { engine, functions } = bootGuest(new WebAssembly.Module(new Uint8Array(engineWasm)), guest);
  const { memory, vm } = engine.snapshot();
  // Nothing is under way: what is left on the stack is of no use to anybody.
  memory.fill(0, ...STACK_RANGE);
  const facts: ImageFacts = {
    ...vm,
    pages: memory.length / PAGE,
    guest: functions,
  };
  return withMemory(engineWasm, memory, [FACTS_SECTION, JSON.stringify(facts)]);
}
