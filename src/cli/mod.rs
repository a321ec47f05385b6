//! The command line: one file a command. A command reads its arguments, calls the
//! same domain functions as every door, and prints.
//!
//! Exit codes: 0 done, 1 refused or failed (the reason on standard error, in one
//! line), 2 wrong usage.

mod admin;
mod api_key;
mod backup;
mod check;
mod claims;
mod client;
mod connection;
mod context;
mod demo;
mod jobs;
mod mfa;
mod migrate;
mod output;
mod passwords;
mod schema;
mod secret_input;
mod serve;
mod signing_key;
mod stop;
mod user;

use std::{error::Error, ffi::OsString, path::PathBuf, process::ExitCode, time::Duration};

use clap::{
    Arg, ArgMatches, Command as Line, CommandFactory as _, FromArgMatches as _, Parser, Subcommand,
};

use context::Context;

use crate::app::config::{self, SETTINGS, documentation, table::Setting};
use crate::foundation::clock::Clock;

const SETTINGS_HELP: &str = "\
Every setting can be given as a flag of any command (--listen, --data-dir, --database-url, …), in the
environment (DOORWARD_LISTEN, …) or in doorward.toml. `doorward check` shows what is in force;
docs/configuration.md says what there is.";

/// What a command ends with; the error's text is the one line on standard error.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// What still runs on a thread of its own at the end (a lookup of a name, say) is not
/// waited for.
const LAST_PATIENCE: Duration = Duration::from_secs(1);

/// A self-hosted identity provider: SCIM 2.0 in, OpenID Connect out.
#[derive(Debug, Parser)]
#[command(name = "doorward", version, after_help = SETTINGS_HELP)]
struct Doorward {
    /// The configuration file [default: doorward.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until told to stop (SIGTERM or Ctrl-C)
    Serve,
    Migrate(migrate::Migrate),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Check(check::Check),
    #[command(subcommand)]
    Admin(admin::Admin),
    #[command(subcommand)]
    User(user::UserCommand),
    #[command(subcommand)]
    Client(client::Client),
    #[command(subcommand)]
    ApiKey(api_key::ApiKey),
    #[command(subcommand)]
    Connection(connection::ConnectionCommand),
    #[command(subcommand)]
    Schema(schema::SchemaCommand),
    #[command(subcommand)]
    SigningKey(signing_key::SigningKey),
    #[command(subcommand)]
    Jobs(jobs::Jobs),
    #[command(subcommand)]
    Mfa(mfa::Mfa),
    #[command(subcommand)]
    Passwords(passwords::Passwords),
    Demo(demo::Demo),
    /// Print docs/configuration.md
    #[command(hide = true)]
    ConfigurationPage,
}

/// Runs the program.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match line().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(asked) => {
            // Help and version are answers; everything else is wrong usage.
            let code = if asked.use_stderr() { 2 } else { 0 };
            let _ = asked.print();
            return ExitCode::from(code);
        }
    };
    let parsed = match Doorward::from_arg_matches(&matches) {
        Ok(parsed) => parsed,
        Err(error) => return failed(&error, 2),
    };
    let flags = flags(&matches);
    let mut environment = environment();
    if matches!(parsed.command, Command::Demo(_)) {
        environment.extend(demo::defaults(|setting| {
            given(setting, &flags, &environment)
        }));
    }
    let loaded = match config::load(parsed.config.clone(), environment, flags) {
        Ok(loaded) => loaded,
        Err(error) => return failed(&error, if error.is_wrong_usage() { 2 } else { 1 }),
    };
    let context = Context {
        loaded,
        clock: Clock::system(),
    };
    match parsed.command.run(&context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(error.as_ref(), 1),
    }
}

impl Command {
    fn run(self, context: &Context) -> Outcome {
        let mut runtime = if matches!(self, Self::Serve | Self::Demo(_)) {
            tokio::runtime::Builder::new_multi_thread()
        } else {
            tokio::runtime::Builder::new_current_thread()
        };
        let runtime = runtime.enable_all().build()?;
        let done = runtime.block_on(self.work(context));
        runtime.shutdown_timeout(LAST_PATIENCE);
        done
    }

    async fn work(self, context: &Context) -> Outcome {
        match self {
            Self::Serve => serve::run(context).await,
            Self::Migrate(command) => command.run(context).await,
            Self::Backup(command) => command.run(context),
            Self::Restore(command) => command.run(context),
            Self::Check(command) => command.run(context).await,
            Self::Admin(command) => command.run(context).await,
            Self::User(command) => command.run(context).await,
            Self::Client(command) => command.run(context).await,
            Self::ApiKey(command) => command.run(context).await,
            Self::Connection(command) => command.run(context).await,
            Self::Schema(command) => command.run(context).await,
            Self::SigningKey(command) => command.run(context).await,
            Self::Jobs(command) => command.run(context).await,
            Self::Mfa(command) => command.run(context).await,
            Self::Passwords(command) => command.run(),
            Self::Demo(command) => command.run(context).await,
            Self::ConfigurationPage => output::line(documentation::page().trim_end()),
        }
    }
}

/// The command line with a flag for each setting.
fn line() -> Line {
    SETTINGS
        .iter()
        .fold(Doorward::command(), |line, setting| line.arg(flag(setting)))
}

fn flag(setting: &'static Setting) -> Arg {
    Arg::new(setting.path)
        .long(setting.flag_name())
        .help(setting.sentence.trim())
        .value_name("VALUE")
        .global(true)
        .hide(true)
}

fn flags(matches: &ArgMatches) -> Vec<(&'static Setting, String)> {
    let given = |setting: &'static Setting| {
        Some((setting, matches.get_one::<String>(setting.path)?.clone()))
    };
    SETTINGS.iter().filter_map(given).collect()
}

/// What the flags or the environment say of a setting.
fn given(
    name: &str,
    flags: &[(&'static Setting, String)],
    environment: &[(String, String)],
) -> Option<String> {
    let flag = flags.iter().find(|(setting, _)| setting.path == name);
    let variable = |setting: &Setting| {
        let named = setting.environment_name();
        environment.iter().find(|(name, _)| *name == named)
    };
    let setting = SETTINGS.iter().find(|setting| setting.path == name)?;
    flag.map(|(_, value)| value.clone())
        .or_else(|| variable(setting).map(|(_, value)| value.clone()))
}

/// The environment as text; a name or value that is not UTF-8 is none of ours.
fn environment() -> Vec<(String, String)> {
    let text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(text).collect()
}

/// Says why, in one line, whatever the error's text holds.
fn failed(error: &(impl Error + ?Sized), code: u8) -> ExitCode {
    let text = error.to_string();
    let words: Vec<_> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    eprintln!("doorward: {}", words.join(" "));
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_holds_together() {
        super::line().debug_assert();
    }
}
