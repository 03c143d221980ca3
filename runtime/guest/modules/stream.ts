import stream from "readable-stream/lib/ours/browser.js";

/** The class of old with all others on it, as in Node. */
export default stream.Stream;
