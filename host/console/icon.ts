/** A hedgehog's child. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<path fill="#7a4a21" d="M6 46 2 38l7-2-5-8 9 0-3-9 9 3 0-10 8 6 4-9 5 8 7-6 1 10 9-2-3 9 9 4-8 4 2 16Z"/>
<path fill="#f0b877" d="M26 50c-2-14 6-24 17-24 8 0 10 6 13 11 2 4 6 4 6 8 0 5-6 7-12 7H28Z"/>
<circle cx="46" cy="37" r="2.6" fill="#2b1a0c"/><circle cx="60.500" cy="44" r="2.500" fill="#2b1a0c"/>
<path fill="#7a4a21" d="M26 52h8v6h-8zM44 52h8v6h-8z"/></svg>`;
