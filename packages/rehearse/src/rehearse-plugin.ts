import { definePlugin } from '@fairness-deploy/core';
import { sectionSchema, type Section } from './section.js';

/** How an environment is rehearsed. The section changes nothing on the real hosts. */
export const plugin = definePlugin<Section>({ section: 'rehearse', schema: sectionSchema });
