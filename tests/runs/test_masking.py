"""Configs, command lines, text and diffs leave without their secrets, and with all the rest."""

import pytest

from ai_vs_human.runs.masking import (
    MASK,
    mask_config,
    mask_diff,
    mask_strings,
    mask_sweep,
    mask_text,
    mask_words,
)


@pytest.mark.parametrize(
    "key",
    [
        *("api_key", "access_key", "secret_key", "private_key", "account_key", "apikey", "token"),
        *("secret", "password", "passwd", "pwd", "credential", "credentials", "auth"),
        *("authorization", "wandb_api_key", "hf_token", "apiKey", "authToken", "db_password"),
        *("wandbAPIKey", "HFToken", "api-key", "x.api_key", "token2", "API_KEYS"),
        *("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "file_token", "KAGGLE_KEY", "PGPASSWORD"),
        *("encryption_key", "ssh_key", "DB_PASS", "GH_PAT", "jwt", "STORAGE_CONNECTION_STRING"),
    ],
)
def test_the_text_under_a_key_that_names_a_secret_is_masked(key: str) -> None:
    assert mask_config({key: "x1y2"}) == {key: MASK}


@pytest.mark.parametrize(
    "key",
    [
        *("tokenizer", "monitor_key", "key", "max_tokens", "secretary", "author", "compass"),
        *("public_key", "token_path", "credentials_file", "api_key_env", "sshAuthSock"),
        *("GOOGLE_APPLICATION_CREDENTIALS", "TOKENIZERS_PARALLELISM", "monkey", "key_frames"),
        *("GPG_KEY", "first_pass", "patience", "auth_type", "token_mode"),
    ],
)
def test_a_key_that_only_resembles_one_keeps_its_text(key: str) -> None:
    assert mask_config({key: "x1y2"}) == {key: "x1y2"}


def test_numbers_stay_unless_the_key_ends_with_the_secret_and_truth_and_none_stay() -> None:
    config = {"max_tokens": 77, "token_count": 5, "auth": {"retries": 3, "on": True}, "token": None}

    assert mask_config(config) == config
    assert mask_config({"db_password": 1234, "pwd": "1234"}) == {"db_password": MASK, "pwd": MASK}


def test_what_lies_below_a_secret_key_is_masked_and_the_config_itself_is_left_alone() -> None:
    config = {"logger": [{"credentials": {"user": "ann", "keys": ["k1", "k2"]}, "name": "a"}]}

    masked = mask_config(config)

    assert masked == {
        "logger": [{"credentials": {"user": MASK, "keys": [MASK, MASK]}, "name": "a"}]
    }
    assert config["logger"][0]["credentials"] == {"user": "ann", "keys": ["k1", "k2"]}


def test_the_value_of_a_secret_variable_is_masked_wherever_it_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "hunter2")
    monkeypatch.setenv("HF_TOKEN", "hunter2-and-more")

    assert mask_text("a-hunter2, hunter2-and-more.") == "a-***, ***."
    assert mask_config({"note": ["has hunter2"]}) == {"note": ["has ***"]}
    assert mask_words(["x=hunter2"]) == ["x=***"]
    assert mask_strings({"python-hunter2": [{"version": "hunter2"}, 2]}) == {
        "python-***": [{"version": "***"}, 2]
    }


def test_each_line_of_a_long_secret_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOY_PRIVATE_KEY", "-----BEGIN-----\nMIIEvQIBADANBg\n-----END-----\n")

    assert mask_diff("+key:\n+  MIIEvQIBADANBg\n") == "+key:\n+  ***\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POSTGRES_PASSWORD", "test"),  # a short word stands in half of all texts
        ("GIT_AUTH_TYPE", "basic-of-all"),
        ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "true"),
        ("AUTH_TIMEOUT", "3600"),
        ("PWD", "/home/ann"),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/home/ann"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/home/ann"),
        ("PROJECT", "abcdef"),
    ],
)
def test_a_variable_that_is_no_secret_is_not_masked_away(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    assert mask_text(f"/a/{value}/b") == f"/a/{value}/b"


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://user:p@ss@host/x", "https://***@host/x"),
        ("see postgres://u:p@db:5432/x.", "see postgres://***@db:5432/x."),
        ("https://ghp_123@github.com/a/b.git", "https://***@github.com/a/b.git"),
        ("https://host/x?a=1&api_key=k2&b=3", "https://host/x?a=1&api_key=***&b=3"),
        ("https://host/x?mail=me@example.org", "https://host/x?mail=me@example.org"),
        ("https://host?mail=me@example.org", "https://host?mail=me@example.org"),
        ('"https://host","me@example.org"', '"https://host","me@example.org"'),
    ],
)
def test_credentials_inside_a_url_are_masked_and_no_other_part(url: str, masked: str) -> None:
    assert mask_text(url) == masked


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        (["a.b.api_key=x=y"], ["a.b.api_key=***"]),
        (["+logger.wandb.token=xyz"], ["+logger.wandb.token=***"]),
        (["--api-key=xyz"], ["--api-key=***"]),
        (["--api-key", "xyz", "lr=1"], ["--api-key", "***", "lr=1"]),
        (["--use-auth-token", "--fast"], ["--use-auth-token", "--fast"]),
        (["logger={name: a, api_key: xyz}"], ["logger={name: a, api_key: ***}"]),
        (["x=[{token:'a, b'},{lr:1}]"], ["x=[{token:***},{lr:1}]"]),
        (["x={auth: {user: {a: b}}}"], ["x={auth: ***"]),
        (["sh", "HF_TOKEN=xyz"], ["sh", "HF_TOKEN=***"]),
        (["~a.token", "token=null", "max_tokens=7"], ["~a.token", "token=null", "max_tokens=7"]),
        (["model=npr", "data.root=/a=b"], ["model=npr", "data.root=/a=b"]),
    ],
)
def test_a_command_line_loses_its_secrets_and_nothing_else(
    words: list[str], masked: list[str]
) -> None:
    assert mask_words(words) == masked


def test_the_config_and_the_command_line_of_a_sweep_lose_their_secrets() -> None:
    overrides = {"hydra": ["hydra.mode=MULTIRUN"], "task": ["seed=0,1", "+db.password=xyz"]}
    config = {"seed": 0, "db": {"password": "xyz"}, "hydra": {"overrides": overrides}}

    masked = mask_sweep(config)

    assert masked["db"] == {"password": MASK}
    assert masked["hydra"]["overrides"] == {
        "hydra": ["hydra.mode=MULTIRUN"],
        "task": ["seed=0,1", "+db.password=***"],
    }
    assert mask_sweep({"hydra": {}}) == {"hydra": {}}


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("+api_key: 0123abcd4567", "+api_key: ***"),
        ("+export HF_TOKEN=hf_12345678  # mine", "+export HF_TOKEN=***  # mine"),
        ('+os.environ["WANDB_API_KEY"] = "abcd"', '+os.environ["WANDB_API_KEY"] = ***'),
        ("+log(token='a', n=1)", "+log(token=***, n=1)"),
        ("+token = next(tokens)", "+token = next(tokens)"),
        ("+password: str = field()", "+password: str = field()"),
        ('-token: "abcd"', '-token: "abcd"'),  # in the history already, and `git apply` needs it
    ],
)
def test_a_diff_loses_the_keys_typed_into_new_lines_and_keeps_its_code(
    line: str, masked: str
) -> None:
    assert mask_diff(f"+++ b/token: 'a'\n{line}\n") == f"+++ b/token: 'a'\n{masked}\n"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("start", ["+", "://a?", "token="])
@pytest.mark.parametrize("unit", ["a", "a&", "a=", '"', "{", " "])
def test_a_long_line_without_an_end_takes_no_time(start: str, unit: str) -> None:
    line = start + unit * (200_000 // len(unit))

    masked = mask_words([mask_diff(line)])[0]

    assert masked in {line, "token=***"}
