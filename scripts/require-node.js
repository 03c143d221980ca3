// The scripts are TypeScript that Node runs as it is, which Node 22.18 was the first to do; an older one must still be able to read this file.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Hoglet needs Node 22.18 or newer and this is Node ${process.versions.node}. ` +
      "`npm ci` brings Node 24 along on Linux and on Windows (unless optional dependencies are left out); elsewhere install it from https://nodejs.org.",
  );
  process.exit(1);
}
