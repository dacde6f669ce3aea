export { Daemon, World, findBinary, fork, start, useWorld, worldFixture } from './index.cjs';
