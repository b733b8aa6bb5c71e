//! `naru admin`: accounts and keys without the console, also while the gateway runs.

use std::io::Read;

use naru_core::adapter::Secret;

use super::args::{AdminCommand, ApiKeyCommand, ConfigFile};
use super::dispatch::{complain, say};
use super::{Exit, load_config, settle};
use crate::auth::operators::{self, NewOperator};
use crate::auth::{Role, Scope, keys, password};
use crate::clock::{Clock, Ids, token};
use crate::config::Config;
use crate::store::rows::api_key;
use crate::store::{Db, StoreError};

pub(super) fn run(config: ConfigFile, command: AdminCommand) -> Exit {
    if let AdminCommand::ApiKey { command: ApiKeyCommand::Create { scope, .. } } = &command
        && let Some(unknown) = scope.iter().find(|text| Scope::parse(text).is_none())
    {
        complain(&format!("expected all, <resource>:read or <resource>:write, found \"{unknown}\""));
        return Exit::Usage;
    }
    match load_config(config, Vec::new()) {
        Ok(config) => settle(async move {
            carry_out(&config, command).await.map(|words| {
                say(&words);
            })
        }),
        Err(exit) => exit,
    }
}

async fn carry_out(config: &Config, command: AdminCommand) -> Result<String, String> {
    crate::config::create_data_dir(&config.data_dir).map_err(|error| error.to_string())?;
    let db = Db::open(&config.database_url()).await.map_err(|error| error.to_string())?;
    let done = match command {
        AdminCommand::Create { email, password_stdin } => create(&db, email, password_stdin).await,
        AdminCommand::ResetPassword { email, password_stdin } => reset(&db, email, password_stdin).await,
        AdminCommand::ApiKey { command: ApiKeyCommand::Create { name, scope } } => {
            create_key(&db, &name, &scope).await.map_err(|error| error.to_string())
        }
    };
    db.close().await;
    done
}

/// The password from standard input, or a new one and the words that tell it.
fn choose_password(from_stdin: bool) -> Result<(Secret, String), String> {
    if !from_stdin {
        let made = token::<15>();
        return Ok((Secret::new(made.clone()), format!("\nPassword: {made}")));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok((Secret::new(text.trim_end_matches(['\r', '\n'])), String::new()))
}

async fn create(db: &Db, email: String, from_stdin: bool) -> Result<String, String> {
    let (password, told) = choose_password(from_stdin)?;
    let name = email.split('@').next().unwrap_or_default().to_owned();
    let new = NewOperator { email, name, password, role: Role::Admin, language: "ko".to_owned() };
    let row = operators::prepare(&Ids::default(), &Clock::system(), new).await.map_err(|e| e.to_string())?;
    let email = row.email.clone();
    db.write_once(|tx| Box::pin(async move { operators::add(tx, &row).await }))
        .await
        .map_err(|error| error.to_string())?;
    Ok(format!("Created the administrator {email}.{told}"))
}

async fn reset(db: &Db, email: String, from_stdin: bool) -> Result<String, String> {
    let (password, told) = choose_password(from_stdin)?;
    operators::check_length(&password).map_err(|error| error.to_string())?;
    let hash = password::hash(password).await;
    let whose = email.clone();
    db.write_once(|tx| {
        Box::pin(async move { operators::reset_password(tx, &whose, &hash, &Clock::system()).await })
    })
    .await
    .map_err(|error| error.to_string())?;
    Ok(format!("{email} has a new password; every login has ended.{told}"))
}

async fn create_key(db: &Db, name: &str, scopes: &[String]) -> Result<String, StoreError> {
    let scopes: Vec<Scope> = scopes.iter().filter_map(|text| Scope::parse(text)).collect();
    let made = keys::make(&Ids::default(), &Clock::system(), name, &scopes);
    let row = made.row.clone();
    db.write_once::<(), StoreError>(|tx| Box::pin(async move { api_key::insert(tx, &row).await })).await?;
    Ok(format!("Key {} is shown only now:\n{}", made.row.id, made.text))
}
