#!/usr/bin/env node
// Runs the built command line, and builds it first when the sources are newer.
import { built } from './build.mjs';

await import(built('src/cli/main.js'));
