// Runs in a browser, bundled.
import { RpcClient } from "gannet-rpc";
import { check, services } from "./checks.mjs";

const client = new RpcClient(`${location.origin.replace("http", "ws")}/rpc`, { services });
const verdict = await check(client).then(() => "ok", (error) => String(error.stack ?? error));
await client.call("Verdict/give", verdict);
