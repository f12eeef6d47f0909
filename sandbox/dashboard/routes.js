// Every page: its address, its title, where it stands in the navigation (no `nav`: it is reached from another page), its module.

const load = (name) => () => import(`./pages/${name}.js`);

export const routes = [
  { path: "/payments", title: "Payments", nav: "Payments", page: load("payments") },
  { path: "/payments/:id", title: "Payment", under: "/payments", page: load("payment") },
  { path: "/disputes", title: "Disputes", nav: "Disputes", page: load("disputes") },
  { path: "/disputes/:id", title: "Dispute", under: "/disputes", page: load("dispute") },
];
