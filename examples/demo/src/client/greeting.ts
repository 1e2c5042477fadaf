/** The first line that a visitor reads. */
export const greeting = 'Learn with us in the garden.';
