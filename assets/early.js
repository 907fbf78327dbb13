// Asks the server for the page's data while the page's scripts are still on their way. Stands in the head of each page
// (components/ui/document.py), so it stays small and runs before anything else.
//
// It opens the websocket and sends the very packet that Reflex's client will send once React has mounted; what the
// server answers is held back until the client does so. If the client's packet turns out to be another one, the
// connection is dropped and the client opens its own: then nothing was gained, and nothing is wrong.
(() => {
  const told = document.querySelector('meta[name="early"]');
  if (!told || document.visibilityState === "hidden") return;
  try {
    const { version, event, hashes, schema, route } = JSON.parse(told.content);
    const place = location.pathname + location.search + location.hash;
    const query = Object.fromEntries(new URLSearchParams(location.search));
    location.pathname.split("/").forEach((part, at) => {
      if (route[at]) query[route[at]] = decodeURIComponent(part);
    });
    const router = { pathname: location.pathname, asPath: place };
    if (Object.keys(query).length) router.query = query;
    const asked = { event: { name: event, payload: { hashes }, router_data: router }, state_schema: schema };
    const question = "40/_event," + JSON.stringify(asked);
    const random = [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
    const token = sessionStorage.getItem("token") ?? random.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    const address = `${location.origin.replace("http", "ws")}/_event/?token=${token}&EIO=4&transport=websocket`;
    const socket = new WebSocket(address, [version]);
    const held = [];
    let client, answered;
    // The transport's own packets (its opening, pings) are for the client at once; messages begin with 4.
    const deliver = (message) => {
      if (client && (answered || message.data[0] !== "4")) client.onmessage(message);
      else held.push(message);
    };
    socket.onmessage = (message) => {
      if (message.data[0] === "0") socket.send(question);
      deliver(message);
    };
    const release = () => held.splice(0).forEach(deliver);
    globalThis.LMS_EARLY = {
      token,
      /** The connection for the client's transport, once, if it is the one that the client wants. */
      claim(wanted) {
        delete globalThis.LMS_EARLY;
        if (wanted !== address || socket.readyState > 1) return socket.close();
        client = {
          set binaryType(kind) {
            socket.binaryType = kind;
          },
          send(data) {
            if (answered || data.slice?.(0, 2) !== "40") return socket.send(data);
            answered = true;
            if (data === question) queueMicrotask(release);
            else socket.close();
          },
          close: () => socket.close(),
        };
        socket.onopen = (event) => client.onopen(event);
        socket.onclose = (event) => client.onclose(event);
        socket.onerror = (event) => client.onerror(event);
        if (socket.readyState === 1)
          queueMicrotask(() => {
            client.onopen();
            release();
          });
        return client;
      },
    };
  } catch {
    // The client connects by itself.
  }
})();
