/** What a module is handed when it is run. */
declare const library: import("./modules.ts").ModuleLibrary;

// The packages behind the modules that plugins import, as far as our own files look into them. A slash at the end tells one from Node's module.
declare module "assert/" {
  const assert: object;
  export default assert;
}
declare module "events/" {
  const events: object;
  export default events;
}
declare module "generic-pool" {
  const pool: object;
  export default pool;
}
declare module "jsonwebtoken" {
  const jsonwebtoken: object;
  export default jsonwebtoken;
}
declare module "path-browserify" {
  const path: object;
  export default path;
}
declare module "querystring-es3" {
  const querystring: object;
  export default querystring;
}
declare module "readable-stream/lib/ours/browser.js" {
  const stream: { Stream: object };
  export default stream;
}
declare module "string_decoder/" {
  const decoder: object;
  export default decoder;
}
declare module "url/" {
  const url: { format(url: unknown, ...rest: unknown[]): unknown };
  export default url;
}
declare module "util/" {
  const util: object;
  export default util;
}
declare module "@faker-js/faker/locale/en.js" {
  const faker: object;
  export default faker;
}
declare module "@faker-js/faker/vendor/mersenne.js" {
  export class MersenneTwister19937 {
    genrand_real2(): number;
    init_genrand(seed: number): void;
    init_by_array(seeds: readonly number[], length: number): void;
  }
}
