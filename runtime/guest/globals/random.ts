/**
 * Math.random for one call: sfc32 over four words that the host derives from the event, so that the same event
 * draws the same numbers when it is run again, and another event draws others.
 */
let a = 0;
let b = 0;
let c = 0;
let d = 1;
let isSeeded = false;
let draw: () => readonly [number, number, number, number] = () => [0, 0, 0, 1];

/** @param source where a call's first draw takes its seed from */
export function connectRandom(source: typeof draw): void {
  draw = source;
}

/** Starts a new call: its first draw takes a new seed. */
export function resetRandom(): void {
  isSeeded = false;
}

function seed(): void {
  const words = draw();
  a = words[0];
  b = words[1];
  c = words[2];
  d = words[3];
  isSeeded = true;
  // sfc32 needs a few rounds until all of its state depends on all of the seed.
  for (let i = 0; i < 12; i++) next();
}

function next(): number {
  const t = (((a + b) | 0) + d) | 0;
  d = (d + 1) | 0;
  a = b ^ (b >>> 9);
  b = (c + (c << 3)) | 0;
  c = ((c << 21) | (c >>> 11)) + t;
  c |= 0;
  return t >>> 0;
}

/** A number in [0, 1) with 53 random bits. */
export function random(): number {
  if (!isSeeded) seed();
  return ((next() >>> 5) * 67_108_864 + (next() >>> 6)) / 9_007_199_254_740_992;
}
