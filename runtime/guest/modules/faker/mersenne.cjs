// What the package takes for its own lib/mersenne.js: a module that is the class.
module.exports = require("./mersenne.ts").Mersenne;
