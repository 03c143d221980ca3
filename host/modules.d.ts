// What wrangler's module rules make of files that are not JavaScript modules.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
