const defaults = require("./data/defaults");

exports.setupPlugin = ({ config, global }) => {
  global.rules = config.rules ? JSON.parse(config.rules) : defaults.rules;
};
