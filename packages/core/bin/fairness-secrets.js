#!/usr/bin/env node
'use strict';
// Not in dist: npm makes its link when it installs, which in this repository is before the build.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- it isn't compiled
require('../dist/secrets-cli.js');
