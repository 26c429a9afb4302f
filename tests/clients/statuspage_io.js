// Every reading call of the npm client, against the portal whose address is given; prints the answers as one JSON object.
const { Statuspage } = require("statuspage.io");

async function main(address) {
  const page = new Statuspage("page");
  page.setApiUrl(address);
  const calls = {
    summary: () => page.api.getSummary(),
    status: () => page.api.getStatus(),
    components: () => page.api.getComponents(),
    incidents: () => page.api.incidents.getAll(),
    unresolved: () => page.api.incidents.getUnresolved(),
    maintenances: () => page.api.scheduledMaintenances.getAll(),
    upcoming: () => page.api.scheduledMaintenances.getUpcoming(),
    active: () => page.api.scheduledMaintenances.getActive(),
  };
  const answers = {};
  for (const [name, call] of Object.entries(calls)) answers[name] = await call();
  process.stdout.write(JSON.stringify(answers));
}

main(process.argv[2]).catch((error) => {
  console.error(String(error));
  process.exit(1);
});
