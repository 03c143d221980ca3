// What wrangler's module rules make of files that are not JavaScript modules.
declare module "*/guest.js" {
  const text: string;
  export default text;
}
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
