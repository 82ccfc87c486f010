#!/usr/bin/env node
import '../dist/run-upkeep.js';
