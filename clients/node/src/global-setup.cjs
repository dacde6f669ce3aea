'use strict';
// For globalSetup of vitest and jest: one daemon for the whole run, or the one that STRATOLITE_ENDPOINT names.
const { start } = require('./index.cjs');

module.exports = async function setup() {
  if (process.env.STRATOLITE_ENDPOINT) return undefined;
  const daemon = await start();
  process.env.STRATOLITE_ENDPOINT = daemon.endpoint; // the runner's workers inherit it
  globalThis.__stratolite__ = daemon; // jest tears down in another module
  return () => daemon.stop(); // vitest calls this
};
