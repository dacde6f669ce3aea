'use strict';
// For globalTeardown of jest; vitest needs none. Without it the daemon ends with the run's process.
module.exports = async function teardown() {
  await globalThis.__stratolite__?.stop();
};
