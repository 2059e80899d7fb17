use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::*;

const REQUEST: &[u8] = b"POST /api/v1/push HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nops!";

/// For what has to happen, on any machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// An endpoint that answers each request with how many it has read so far.
#[derive(Clone, Default)]
struct Counter(Arc<Mutex<Vec<Vec<u8>>>>);

impl Counter {
    async fn behind_proxy() -> (Self, Proxy) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let proxy = Proxy::start(listener.local_addr().unwrap().port()).await.unwrap();
        let counter = Self::default();
        let own = counter.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let counter = own.clone();
                tokio::spawn(counter.answer(Connection::new(client)));
            }
        });
        (counter, proxy)
    }

    async fn answer(self, mut client: Connection) {
        while let Ok(Some(request)) = client.request().await {
            let count = {
                let mut whole = self.0.lock().unwrap();
                whole.push(request.bytes);
                whole.len()
            };
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                 date: Tue, 01 Sep 2026 08:00:00 GMT\r\ntransfer-encoding: chunked\r\n\r\n\
                 3\r\n n \r\n3\r\n{count:03}\r\n0\r\n\r\n"
            );
            client.write(answer.as_bytes()).await.unwrap();
        }
    }

    fn requests(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    async fn reach(&self, requests: usize) {
        let reached = async {
            while self.requests() < requests {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, reached).await.unwrap();
    }
}

async fn connect(proxy: &Proxy) -> Connection {
    Connection::new(TcpStream::connect(("127.0.0.1", proxy.port)).await.unwrap())
}

/// What comes back, whole or not, until the connection ends or an answer is complete.
async fn ask(proxy: &Proxy) -> String {
    let mut connection = connect(proxy).await;
    connection.write(REQUEST).await.unwrap();
    let whole = connection.answer("POST").await;
    whole.ok().flatten().map(|answer| String::from_utf8(answer.bytes).unwrap()).unwrap_or_default()
}

/// Waits until so many kinds of faults have struck.
async fn struck(proxy: &Proxy, kinds: usize) {
    let have_struck = async {
        while proxy.counts().len() < kinds {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, have_struck).await.unwrap();
}

/// Every byte until the connection ends.
async fn ask_to_the_end(proxy: &Proxy) -> std::io::Result<Vec<u8>> {
    let mut connection = connect(proxy).await;
    connection.write(REQUEST).await.unwrap();
    let mut bytes = Vec::new();
    connection.stream.read_to_end(&mut bytes).await?;
    Ok(bytes)
}

#[tokio::test]
async fn without_orders_everything_passes_on_one_connection() {
    let (counter, proxy) = Counter::behind_proxy().await;
    let mut connection = connect(&proxy).await;
    for count in ["001", "002", "003"] {
        connection.write(REQUEST).await.unwrap();
        let answer = connection.answer("POST").await.unwrap().unwrap();
        assert!(String::from_utf8(answer.bytes).unwrap().contains(count));
    }
    assert_eq!(counter.0.lock().unwrap()[0], REQUEST);
    assert!(proxy.counts().is_empty());
}

#[tokio::test]
async fn a_fault_strikes_only_the_path_it_is_meant_for_and_only_once() {
    let (counter, proxy) = Counter::behind_proxy().await;
    proxy.strike("/api/v1/pull", Fault::Drop);
    assert!(ask(&proxy).await.contains("001"));
    proxy.strike("/api/v1/push", Fault::Drop);
    assert_eq!(ask_to_the_end(&proxy).await.unwrap(), b"");
    assert!(ask(&proxy).await.contains("002"));
    assert_eq!(counter.requests(), 2);
    assert_eq!(proxy.counts(), BTreeMap::from([("drop", 1)]));
}

#[tokio::test]
async fn a_reset_is_an_error_to_the_client() {
    let (counter, proxy) = Counter::behind_proxy().await;
    proxy.strike(PUSH, Fault::Reset);
    let error = ask_to_the_end(&proxy).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(counter.requests(), 0);
}

#[tokio::test]
async fn a_cut_request_never_arrives_whole() {
    let (counter, proxy) = Counter::behind_proxy().await;
    proxy.strike(PUSH, Fault::CutRequest { bytes: REQUEST.len() - 1 });
    assert_eq!(ask_to_the_end(&proxy).await.unwrap(), b"");
    proxy.strike(PUSH, Fault::CutRequest { bytes: REQUEST.len() });
    assert!(ask(&proxy).await.contains("001"), "what is shorter passes unhurt");
    assert_eq!(proxy.counts(), BTreeMap::from([("request cut", 1)]));
    assert_eq!(counter.requests(), 1);
}

#[tokio::test]
async fn a_cut_answer_was_given() {
    let (counter, proxy) = Counter::behind_proxy().await;
    proxy.strike(PUSH, Fault::CutAnswer { bytes: 7 });
    assert_eq!(ask_to_the_end(&proxy).await.unwrap(), b"HTTP/1.");
    assert_eq!(counter.requests(), 1);
    proxy.strike(PUSH, Fault::CutAnswer { bytes: 10_000 });
    assert!(ask(&proxy).await.contains("002"), "what is shorter passes unhurt");
    assert_eq!(proxy.swallowed(), 1);
}

#[tokio::test]
async fn what_is_slow_arrives_in_many_parts() {
    let (counter, proxy) = Counter::behind_proxy().await;
    // Six bytes every 50 ms.
    proxy.strike(PUSH, Fault::Slow { bytes_per_s: 120 });
    let began = tokio::time::Instant::now();
    assert!(ask(&proxy).await.contains("001"));
    let parts = u32::try_from(REQUEST.len() / 6).unwrap();
    assert!(began.elapsed() >= Duration::from_millis(50) * parts, "cannot be faster");
    assert_eq!(counter.requests(), 1);
}

#[tokio::test]
async fn a_duplicate_arrives_twice_and_is_answered_once() {
    let (counter, proxy) = Counter::behind_proxy().await;
    proxy.strike(PUSH, Fault::Duplicate);
    assert!(ask(&proxy).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(counter.requests(), 2);
}

#[tokio::test]
async fn what_is_late_arrives_after_the_next() {
    let (counter, proxy) = Counter::behind_proxy().await;
    proxy.strike(PUSH, Fault::Late);
    assert_eq!(ask_to_the_end(&proxy).await.unwrap(), b"");
    assert!(ask(&proxy).await.contains("001"), "the second is the first to arrive");
    counter.reach(2).await;
}

#[tokio::test]
async fn a_replay_is_an_earlier_answer() {
    let (counter, proxy) = Counter::behind_proxy().await;
    proxy.strike(PUSH, Fault::Replay);
    assert!(ask(&proxy).await.contains("001"), "there is none yet");
    proxy.strike(PUSH, Fault::Replay);
    assert!(ask(&proxy).await.contains("001"));
    assert_eq!(counter.requests(), 1);
    assert_eq!(proxy.counts(), BTreeMap::from([("replay", 1)]));
}

#[tokio::test]
async fn strangers_answer_in_the_endpoints_place() {
    let (counter, proxy) = Counter::behind_proxy().await;
    for (who, status) in [
        (Stranger::Portal, "200"),
        (Stranger::Redirect, "302"),
        (Stranger::ProxyLogin, "407"),
        (Stranger::NetworkLogin, "511"),
        (Stranger::BadGateway, "502"),
    ] {
        proxy.strike(PUSH, Fault::Stranger(who));
        let answer = ask(&proxy).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert!(answer.contains("hotel"));
    }
    assert_eq!(counter.requests(), 0);
}

#[tokio::test]
async fn spoiled_answers_differ_in_one_thing_and_the_request_was_done() {
    let (counter, proxy) = Counter::behind_proxy().await;
    for (how, expected) in [
        (Spoil::BrokenGzip, "content-encoding: gzip\r\n"),
        (Spoil::ForeignDate, "date: Tue, 19 Jan 2038 03:14:07 GMT\r\n"),
        (Spoil::MediaType, "content-type: text/html\r\n"),
    ] {
        proxy.strike(PUSH, Fault::Spoil(how));
        let answer = ask(&proxy).await;
        assert!(answer.contains(expected), "{answer}");
        assert!(answer.matches("date: ").count() == 1 && answer.contains(" n "), "{answer}");
    }
    assert_eq!(counter.requests(), 3);
}

#[tokio::test]
async fn a_flipped_bit_changes_one_byte_of_the_body() {
    let answer = Message::from_parts("HTTP/1.1 200 OK\r\n\r\n", b"{\"mac\":\"00\"}");
    let spoiled = impostor::spoiled(&answer, Spoil::FlippedBit);
    let differing = answer.bytes.iter().zip(&spoiled.bytes).filter(|(a, b)| a != b).count();
    assert_eq!((differing, spoiled.bytes.len()), (1, answer.bytes.len()));
}

#[tokio::test]
async fn chaos_strikes_connections_too_and_spares_pages() {
    let (counter, proxy) = Counter::behind_proxy().await;
    proxy.chaos(1, 1.0);
    let connections = 100;
    for _ in 0..connections {
        let mut connection = connect(&proxy).await;
        // A connection that was struck may be gone already.
        let _ = connection.write(b"GET /notes HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let _ = timeout(PATIENCE, connection.answer("GET")).await.unwrap();
    }
    let struck: usize = proxy.counts().values().sum();
    assert!(struck > 0);
    assert_eq!(counter.requests() + struck, connections);
}

/// At that speed it would take an hour.
#[tokio::test]
async fn what_is_slow_comes_at_once_when_the_proxy_is_healed() {
    let (counter, proxy) = Counter::behind_proxy().await;
    proxy.strike(PUSH, Fault::Slow { bytes_per_s: 1 });
    let body = "x".repeat(64 * 1024);
    let length = body.len();
    let head = format!("POST {PUSH} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n");
    let mut connection = connect(&proxy).await;
    connection.write(format!("{head}{body}").as_bytes()).await.unwrap();
    struck(&proxy, 1).await;
    assert_eq!(counter.requests(), 0);
    proxy.heal();
    let answer = timeout(PATIENCE, connection.answer("POST")).await.unwrap();
    assert!(answer.unwrap().is_some());
}

#[tokio::test]
async fn what_stalls_ends_when_the_proxy_is_healed() {
    let (counter, proxy) = Counter::behind_proxy().await;
    proxy.strike(PUSH, Fault::Stall);
    proxy.strike(PUSH, Fault::Hold);
    proxy.strike(PUSH, Fault::Drop);
    let both = async { tokio::join!(ask_to_the_end(&proxy), ask_to_the_end(&proxy)) };
    tokio::pin!(both);
    tokio::select! {
        ended = &mut both => panic!("nothing waits: {ended:?}"),
        () = struck(&proxy, 2) => {}
    }
    proxy.heal();
    let (stalled, held) = timeout(PATIENCE, both).await.unwrap();
    assert_eq!((stalled.unwrap(), held.unwrap()), (vec![], vec![]));
    assert!(ask(&proxy).await.contains("001"), "nothing waits in line any more");
    assert_eq!(counter.requests(), 1);
}

#[tokio::test]
async fn a_proxy_that_refuses_lets_nothing_through() {
    let (counter, proxy) = Counter::behind_proxy().await;
    let mut kept = connect(&proxy).await;
    kept.write(REQUEST).await.unwrap();
    kept.answer("POST").await.unwrap().unwrap();
    proxy.refuse(true);
    kept.write(REQUEST).await.unwrap();
    assert!(kept.answer("POST").await.unwrap().is_none());
    assert_eq!(ask(&proxy).await, "");
    proxy.refuse(false);
    assert!(ask(&proxy).await.contains("002"));
    assert_eq!(counter.requests(), 2);
}

#[test]
fn the_same_seed_gives_the_same_faults_and_all_of_them_in_time() {
    let faults = |seed| {
        let mut orders = Orders::default();
        orders.begin_chaos(seed, 0.5);
        (0..1_000).map(|_| orders.take(PUSH)).collect::<Vec<_>>()
    };
    assert_eq!(faults(1), faults(1));
    assert_ne!(faults(1), faults(2));
    let struck: Vec<Fault> = faults(1).into_iter().flatten().collect();
    assert!((400..600).contains(&struck.len()), "about half: {}", struck.len());
    let names: std::collections::BTreeSet<_> = struck.into_iter().map(Fault::name).collect();
    assert_eq!(names.len(), 19, "{names:?}");
}

#[test]
fn chance_strikes_the_interface_alone() {
    let mut orders = Orders::default();
    orders.begin_chaos(1, 1.0);
    assert_eq!(orders.take("/app.wasm"), None);
    assert!(orders.take("/api/v1/pull").is_some());
}
