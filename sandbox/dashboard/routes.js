// Every page: its address, its title, where it stands in the navigation (no `nav`: it is reached from another page), its module.

const load = (name) => () => import(`./pages/${name}.js`);

export const routes = [
  { path: "/payments", title: "Payments", nav: "Payments", page: load("payments") },
  { path: "/payments/:id", title: "Payment", under: "/payments", page: load("payment") },
  { path: "/disputes", title: "Disputes", nav: "Disputes", page: load("disputes") },
  { path: "/disputes/:id", title: "Dispute", under: "/disputes", page: load("dispute") },
  { path: "/webhooks", title: "Webhooks", nav: "Webhooks", page: load("webhooks") },
  { path: "/deliveries/:id", title: "Delivery", under: "/webhooks", page: load("delivery") },
  { path: "/inbox", title: "Inbox", under: "/webhooks", page: load("inbox") },
  { path: "/requests", title: "Requests", nav: "Requests", page: load("requests") },
  { path: "/requests/:id", title: "Request", under: "/requests", page: load("request") },
  { path: "/ledger", title: "Ledger", nav: "Ledger", page: load("ledger") },
  { path: "/faults", title: "Faults", nav: "Faults", page: load("faults") },
  { path: "/scenarios", title: "Scenarios", nav: "Scenarios", page: load("scenarios") },
  { path: "/scenarios/:name", title: "Scenario", under: "/scenarios", page: load("scenario") },
  { path: "/merchants", title: "Merchants", nav: "Merchants", page: load("merchants") },
];
