"""The way in: the API, and CloudFront with its firewall before it."""

import json
from typing import Any

import pytest

from infrastructure.declared import Route
from stamkund.web.origin import HEADER
from tests.infrastructure.clouds import FUNCTIONS, Cloud, as_text


def test_every_route_has_the_throttle_that_the_stage_says(prod: Cloud) -> None:
    settings = prod.only("ApiGatewayV2::Stage")["RouteSettings"]
    expected = {
        one.trigger.key: {
            "ThrottlingRateLimit": prod.stage.throttles[one.full_name].rate,
            "ThrottlingBurstLimit": prod.stage.throttles[one.full_name].burst,
        }
        for one in FUNCTIONS
        if isinstance(one.trigger, Route)
    }
    assert settings == expected


def test_throttles_exist_after_their_routes(prod: Cloud) -> None:
    manifest = json.loads((prod.folder / "manifest.json").read_text())["artifacts"]
    before = manifest["stamkund-prod-entry"]["dependencies"]
    assert {f"stamkund-prod-{one.stack}" for one in FUNCTIONS} <= set(before)


def test_browsers_may_call_from_the_shops_websites_and_from_no_other(
    clouds: dict[str, Cloud],
) -> None:
    for cloud in clouds.values():
        cors = cloud.only("ApiGatewayV2::Api")["CorsConfiguration"]
        assert cors["AllowOrigins"] == cloud.stage.allowed_origins
        assert cors["AllowMethods"] == ["DELETE", "GET", "PATCH", "POST", "PUT"]
        assert {"Authorization", "Content-Type"} <= set(cors["AllowHeaders"])
        assert "Idempotent-Replayed" in cors["ExposeHeaders"]


def test_with_a_name_of_its_own_the_api_has_no_other_address(prod: Cloud, dev: Cloud) -> None:
    assert prod.only("ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] is True
    assert dev.only("ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] is False
    name = prod.only("ApiGatewayV2::DomainName")
    assert name["DomainName"] == "origin.club.example.com"
    assert name["DomainNameConfigurations"][0]["SecurityPolicy"] == "TLS_1_2"


def test_there_is_an_access_log_where_the_stage_says(clouds: dict[str, Cloud]) -> None:
    for cloud in clouds.values():
        live, logs = cloud.only("ApiGatewayV2::Stage"), cloud.every("Logs::LogGroup")
        there = f"/stamkund/{cloud.name}/access" in {one["LogGroupName"] for one in logs}
        assert ("AccessLogSettings" in live) is there is cloud.stage.access_log
    assert {cloud.stage.access_log for cloud in clouds.values()} == {True, False}


def test_the_access_log_has_nothing_of_anybody(dev: Cloud) -> None:
    format = json.loads(dev.only("ApiGatewayV2::Stage")["AccessLogSettings"]["Format"])
    said = as_text(format).lower()
    assert "$context.status" in said
    for personal in ("sourceip", "useragent", "path", "authorizer", "header", "query"):
        assert personal not in said


def test_without_a_name_there_is_no_edge(dev: Cloud) -> None:
    assert dev.every("CloudFront::Distribution") == dev.every("WAFv2::WebACL") == []
    assert "stamkund-dev-edge" not in dev.templates


def test_cloudfront_shows_the_api_what_it_reads_from_a_secret(prod: Cloud) -> None:
    origins = distribution(prod)["Origins"]
    (header,) = [one for origin in origins for one in origin.get("OriginCustomHeaders", [])]
    assert header["HeaderName"] == HEADER
    assert header["HeaderValue"].startswith("{{resolve:secretsmanager:stamkund-prod-origin:")
    (secret,) = [one for one in prod.every("SecretsManager::Secret") if "origin" in one["Name"]]
    assert secret["ReplicaRegions"] == [{"Region": "us-east-1"}]


def test_nothing_of_the_api_is_cached_and_all_of_it_is_encrypted(prod: Cloud) -> None:
    (api,) = distribution(prod)["CacheBehaviors"]
    assert api["PathPattern"] == "/v1/*"
    assert api["ViewerProtocolPolicy"] == "https-only"
    # Known by these ids at AWS: CachingDisabled and AllViewerExceptHostHeader.
    assert api["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert api["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    routes = [one.trigger for one in FUNCTIONS if isinstance(one.trigger, Route)]
    assert all(route.path.startswith("/v1/") for route in routes)


def test_files_are_read_by_this_distribution_only(prod: Cloud) -> None:
    reading = [
        statement
        for policy in prod.every("S3::BucketPolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Action"] == "s3:GetObject"
    ]
    (one,) = reading
    assert one["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert "Distribution" in as_text(one["Condition"])


@pytest.mark.parametrize("name", ["prod", "unusual"])
def test_one_address_has_a_limit(clouds: dict[str, Cloud], name: str) -> None:
    cloud = clouds[name]
    limited = rules(cloud)["rate-per-address"]
    rate = limited["Statement"]["RateBasedStatement"]
    assert limited["Action"]["Block"]["CustomResponse"]["ResponseCode"] == 429
    assert rate["Limit"] == cloud.stage.edge.requests_per_address
    assert rate["AggregateKeyType"] == "IP"


def test_addresses_that_are_trusted_have_none(unusual: Cloud) -> None:
    assert unusual.only("WAFv2::IPSet")["Addresses"] == ["192.0.2.0/24"]
    rate = rules(unusual)["rate-per-address"]["Statement"]["RateBasedStatement"]
    assert "IPSetReferenceStatement" in rate["ScopeDownStatement"]["NotStatement"]["Statement"]


def test_a_large_basket_and_a_till_without_a_name_pass_the_firewall(prod: Cloud) -> None:
    common = rules(prod)["AWSManagedRulesCommonRuleSet"]
    overridden = common["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"]
    counted = {one["Name"]: one["ActionToUse"] for one in overridden}
    assert counted == {"SizeRestrictions_BODY": {"Count": {}}, "NoUserAgent_HEADER": {"Count": {}}}


def distribution(cloud: Cloud) -> Any:
    return cloud.only("CloudFront::Distribution")["DistributionConfig"]


def rules(cloud: Cloud) -> dict[str, Any]:
    return {one["Name"]: one for one in cloud.only("WAFv2::WebACL")["Rules"]}
