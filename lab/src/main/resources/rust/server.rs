// hyper's server of the lab: the handler of Work.java, which says the same lines. hyper drops the
// future of a handler whose client has left, where that awaits something: the work's own drop tells.
// A loop that awaits nothing is not told.
use hyper::server::conn::AddrStream;
use hyper::service::{make_service_fn, service_fn};
use hyper::{Body, Request, Response, Server, StatusCode};
use std::convert::Infallible;
use std::io::Read;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

static PIECE: [u8; 4096] = [0; 4096];

struct Work {
    id: String,
    over: bool,
}

impl Work {
    fn begin(id: &str, port: u16) -> Work {
        let work = Work { id: id.to_string(), over: false };
        work.say("began", &format!(" {}", port));
        work
    }

    fn say(&self, what: &str, more: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        println!("{} {} {}{}", what, self.id, now.as_nanos(), more);
    }

    fn stop(&mut self, how: &str) {
        self.over = true;
        self.say("told", how);
        self.say("stopped", "");
    }

    fn end(&mut self) {
        self.over = true;
        self.say("ended", "");
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if !self.over {
            self.stop(" drop");
        }
    }
}

async fn handle(request: Request<Body>, port: u16) -> Result<Response<Body>, Infallible> {
    let parts: Vec<&str> = request.uri().path().split('/').collect();
    let steps: u32 = match parts.get(3).and_then(|steps| steps.parse().ok()) {
        Some(steps) => steps,
        None => {
            let mut refused = Response::new(Body::from("(expected: /KIND/ID/STEPS)"));
            *refused.status_mut() = StatusCode::BAD_REQUEST;
            return Ok(refused);
        }
    };
    let work = Work::begin(parts[2], port);
    if parts[1] == "stream" {
        return Ok(Response::new(stream(work, steps)));
    }
    steps_of(work, steps).await;
    Ok(Response::new(Body::from("done")))
}

async fn steps_of(mut work: Work, steps: u32) {
    for step in 1..=steps {
        work.say("step", &format!(" {}", step));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    work.end();
}

// A task of its own writes: hyper drops the body, not the task.
fn stream(mut work: Work, pieces: u32) -> Body {
    let (mut sender, body) = Body::channel();
    tokio::spawn(async move {
        for _ in 0..pieces {
            if sender.send_data((&PIECE[..]).into()).await.is_err() {
                work.stop(" write");
                return;
            }
            work.say("wrote", &format!(" {}", PIECE.len()));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        work.end();
    });
    body
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(serve());
}

async fn serve() {
    let host = std::env::var("LAB_HOST").unwrap_or_else(|_| "127.0.0.1".to_string());
    let address = SocketAddr::new(host.parse::<IpAddr>().expect("LAB_HOST"), 0);
    let service = make_service_fn(|connection: &AddrStream| {
        let port = connection.remote_addr().port();
        async move { Ok::<_, Infallible>(service_fn(move |request| handle(request, port))) }
    });
    let server = Server::bind(&address).serve(service);
    let url = format!("http://{}", server.local_addr());
    println!("version hyper-0.14 of Debian");
    println!("listening h1 {}\nlistening h2 {}\nready", url, url);
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0); // ends with the one who started it
    });
    if let Err(failure) = server.await {
        eprintln!("{}", failure);
    }
}
