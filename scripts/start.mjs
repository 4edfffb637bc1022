// Runs the built service, and builds it first when the sources are newer.
import { built } from './build.mjs';

await import(built('src/main.js'));
