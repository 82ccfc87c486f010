#!/usr/bin/env node
import '../dist/create-demo.js';
