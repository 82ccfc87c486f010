#!/usr/bin/env node
import '../dist/create-owner.js';
