//! A small file in the MaxMind DB format, as its specification (version 2.0) describes it.

use std::net::{IpAddr, Ipv6Addr};

/// A value of the format.
pub enum Value {
    Text(&'static str),
    Short(u16),
    Whole(u32),
    Long(u64),
    List(Vec<Self>),
    Map(Vec<(&'static str, Self)>),
}

impl Value {
    /// Its bytes: a control byte with the type and the size, then the content.
    fn write(&self, to: &mut Vec<u8>) {
        match self {
            Self::Text(text) => write_text(text, to),
            Self::Short(number) => {
                to.push(5 << 5 | 2);
                to.extend(number.to_be_bytes());
            }
            Self::Whole(number) => {
                to.push(6 << 5 | 4);
                to.extend(number.to_be_bytes());
            }
            // Types above 7 stand in a byte of their own, less 7.
            Self::Long(number) => {
                to.extend([8, 9 - 7]);
                to.extend(number.to_be_bytes());
            }
            Self::List(values) => {
                to.extend([small(values.len()), 11 - 7]);
                values.iter().for_each(|value| value.write(to));
            }
            Self::Map(pairs) => {
                to.push(7 << 5 | small(pairs.len()));
                for (name, value) in pairs {
                    write_text(name, to);
                    value.write(to);
                }
            }
        }
    }
}

fn small(size: usize) -> u8 {
    assert!(size < 29, "larger sizes are written otherwise");
    u8::try_from(size).unwrap()
}

fn write_text(text: &str, to: &mut Vec<u8>) {
    to.push(2 << 5 | small(text.len()));
    to.extend(text.as_bytes());
}

/// What stands on one side of a node.
#[derive(Clone, Copy)]
enum Side {
    Nothing,
    Node(usize),
    Data(usize),
}

/// A file of a kind, such as `GeoLite2-City`: networks (address and length of the prefix) with
/// what is known of them.
pub fn file(kind: &'static str, networks: &[(&str, u32, Value)]) -> Vec<u8> {
    let mut nodes = vec![[Side::Nothing; 2]];
    let mut data = Vec::new();
    for (address, length, value) in networks {
        let (bits, length) = network(address, *length);
        let mut node = 0;
        for depth in 0..length {
            let side = usize::from(bits >> (127 - depth) & 1 == 1);
            if depth + 1 == length {
                nodes[node][side] = Side::Data(data.len());
            } else if let Side::Node(next) = nodes[node][side] {
                node = next;
            } else {
                nodes.push([Side::Nothing; 2]);
                nodes[node][side] = Side::Node(nodes.len() - 1);
                node = nodes.len() - 1;
            }
        }
        value.write(&mut data);
    }
    let mut file = tree(&nodes);
    file.extend([0; 16]);
    file.extend(data);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    metadata(kind, nodes.len()).write(&mut file);
    file
}

/// IPv4 lies in `::/96`.
fn network(address: &str, length: u32) -> (u128, u32) {
    match address.parse::<IpAddr>().unwrap() {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 96 + length),
        IpAddr::V6(address) => (Ipv6Addr::to_bits(address), length),
    }
}

/// Each side of a node is three bytes: another node, the number of nodes for nothing, or, above
/// that and a separator of 16 bytes, a place in the data.
fn tree(nodes: &[[Side; 2]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for side in nodes.iter().flatten() {
        let number = match side {
            Side::Nothing => nodes.len(),
            Side::Node(node) => *node,
            Side::Data(at) => nodes.len() + 16 + at,
        };
        bytes.extend(&u32::try_from(number).unwrap().to_be_bytes()[1..]);
    }
    bytes
}

fn metadata(kind: &'static str, nodes: usize) -> Value {
    Value::Map(vec![
        ("binary_format_major_version", Value::Short(2)),
        ("binary_format_minor_version", Value::Short(0)),
        ("build_epoch", Value::Long(1_763_000_000)),
        ("database_type", Value::Text(kind)),
        (
            "description",
            Value::Map(vec![("en", Value::Text("a test"))]),
        ),
        ("ip_version", Value::Short(6)),
        (
            "languages",
            Value::List(vec![Value::Text("en"), Value::Text("de")]),
        ),
        ("node_count", Value::Whole(u32::try_from(nodes).unwrap())),
        ("record_size", Value::Short(24)),
    ])
}

/// A place with its names in English and German.
pub fn place(city: Option<[&'static str; 2]>, country: [&'static str; 2]) -> Value {
    let named = |[en, de]: [&'static str; 2]| {
        let names = vec![("en", Value::Text(en)), ("de", Value::Text(de))];
        Value::Map(vec![("names", Value::Map(names))])
    };
    let mut pairs = Vec::new();
    pairs.extend(city.map(|city| ("city", named(city))));
    pairs.push(("country", named(country)));
    Value::Map(pairs)
}

/// What the tests know of the world.
pub fn small_world() -> Vec<u8> {
    let netherlands = ["Netherlands", "Niederlande"];
    let hague = Some(["The Hague", "Den Haag"]);
    file(
        "Test-City",
        &[
            ("127.0.0.0", 8, place(hague, netherlands)),
            ("192.0.2.0", 24, place(hague, netherlands)),
            ("203.0.113.0", 28, place(None, ["Germany", "Deutschland"])),
            (
                "2001:db8:1::",
                48,
                place(Some(["Vienna", "Wien"]), ["Austria", "Österreich"]),
            ),
        ],
    )
}
