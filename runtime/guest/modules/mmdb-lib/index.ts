import { makeReader } from "./reader.ts";

export default { Reader: makeReader(library.bind("mmdb")) };
