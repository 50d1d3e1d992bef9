const { bundleAnew } = require('./fresh-bundles');
const { create } = require('./temporary-folder');

module.exports = () => {
  bundleAnew();
  create();
};
