import { MersenneTwister19937 } from "@faker-js/faker/vendor/mersenne.js";

/** faker's source of numbers. Unless it was seeded, they follow from the event as those of `Math.random` do, not from the clock. */
export class Mersenne {
  #twister: MersenneTwister19937 | undefined;

  rand(max = 32_768, min = 0): number {
    const drawn = this.#twister ? this.#twister.genrand_real2() : Math.random();
    return Math.floor(drawn * (max - min) + min);
  }

  seed(seed: number): void {
    this.#twister = new MersenneTwister19937();
    this.#twister.init_genrand(seed);
  }

  seed_array(seeds: readonly number[]): void {
    this.#twister = new MersenneTwister19937();
    this.#twister.init_by_array(seeds, seeds.length);
  }
}
