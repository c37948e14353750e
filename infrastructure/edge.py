"""CloudFront and its firewall, in front of the API and of the storefront's files.

An HTTP API has neither a firewall nor a limit per address. CloudFront has both, and shows the API
something that nobody else knows; the functions answer no one without it.
"""

from collections.abc import Iterator
from typing import Any

from aws_cdk import CfnOutput, Duration, SecretValue, Stack
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infrastructure.acknowledged import acknowledge
from infrastructure.api import origin_of, zone_of
from infrastructure.data import logs_name
from infrastructure.naming import Names
from infrastructure.stage import Domain
from infrastructure.stage import Stage as Settings
from infrastructure.taken import lasting
from stamkund.web.origin import HEADER

WINDOW_SECONDS = 300
# Rules of AWS's common set that would refuse what is meant here: they count, and do not block.
ONLY_COUNTED = {
    "SizeRestrictions_BODY": "A basket of 200 lines is larger than its 8 kB",
    "NoUserAgent_HEADER": "Tills and shop servers need not say what they are",
}


class Edge(Stack):
    def __init__(
        self, scope: Construct, names: Names, stage: Settings, domain: Domain, **options: Any
    ) -> None:
        super().__init__(scope, names.of("edge"), **options)
        self._names, self._stage = names, stage
        zone = zone_of(self, domain)
        self.files = self._files()
        distribution = self._distribution(zone, domain)
        alias = route53.RecordTarget.from_alias(targets.CloudFrontTarget(distribution))
        for kind, record in {"A": route53.ARecord, "AAAA": route53.AaaaRecord}.items():
            record(self, f"Record{kind}", zone=zone, record_name=domain.name, target=alias)
        CfnOutput(self, "Address", value=f"https://{domain.name}", description="Where the club is")
        CfnOutput(
            self, "StorefrontFiles", value=self.files.bucket_name, description="For its files"
        )

    def _files(self) -> s3.Bucket:
        """Anybody may read them, through CloudFront: pages and scripts, nothing of anybody's."""
        bucket = s3.Bucket(
            self,
            "Storefront",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=True,
            removal_policy=lasting(self._stage),
        )
        reason = "Only CloudFront reads it, and CloudFront keeps an access log."
        acknowledge(bucket, "AwsSolutions-S1", reason)
        return bucket

    def _distribution(self, zone: route53.IHostedZone, domain: Domain) -> cloudfront.Distribution:
        made = cloudfront.Distribution(
            self,
            "Distribution",
            # CloudFormation reads the secret anew when anything here changes.
            comment=f"{self._names.of('edge')}, exchange {self._stage.edge.exchange}",
            domain_names=[domain.name],
            certificate=certificates.Certificate(
                self,
                "Certificate",
                domain_name=domain.name,
                validation=certificates.CertificateValidation.from_dns(zone),
            ),
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            web_acl_id=self._firewall().attr_arn,
            log_bucket=self._log_bucket(),
            log_file_prefix="edge/",
            default_root_object="index.html",
            default_behavior=self._of_files(),
            additional_behaviors={"/v1/*": self._of_api(domain)},
        )
        reason = "Members travel, and buy from wherever they are."
        acknowledge(made, "AwsSolutions-CFR1", reason)
        return made

    def _log_bucket(self) -> s3.IBucket:
        """In the stage's own region: there are addresses of people in it."""
        return s3.Bucket.from_bucket_attributes(
            self, "Logs", bucket_name=logs_name(self._names), region=self._stage.region
        )

    def _of_files(self) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(self.files),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            response_headers_policy=cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS,
            compress=True,
        )

    def _of_api(self, domain: Domain) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origins.HttpOrigin(
                origin_of(domain),
                protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
                origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
                read_timeout=Duration.seconds(30),
                custom_headers={HEADER: self._shown()},
            ),
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            # The API knows itself by another name than the one that was called.
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            compress=True,
        )

    def _shown(self) -> str:
        return SecretValue.secrets_manager(self._names.of("origin")).unsafe_unwrap()

    def _firewall(self) -> waf.CfnWebACL:
        return waf.CfnWebACL(
            self,
            "Firewall",
            name=self._names.of("firewall"),
            scope="CLOUDFRONT",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_seen("firewall"),
            rules=[*self._rules()],
        )

    def _rules(self) -> Iterator[waf.CfnWebACL.RuleProperty]:
        yield waf.CfnWebACL.RuleProperty(
            name="rate-per-address",
            priority=0,
            action=waf.CfnWebACL.RuleActionProperty(
                block=waf.CfnWebACL.BlockActionProperty(
                    custom_response=waf.CfnWebACL.CustomResponseProperty(response_code=429)
                )
            ),
            statement=waf.CfnWebACL.StatementProperty(
                rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                    limit=self._stage.edge.requests_per_address,
                    evaluation_window_sec=WINDOW_SECONDS,
                    aggregate_key_type="IP",
                    scope_down_statement=self._but_trusted(),
                )
            ),
            visibility_config=_seen("rate-per-address"),
        )
        yield _managed("AWSManagedRulesCommonRuleSet", 1, ONLY_COUNTED)
        yield _managed("AWSManagedRulesKnownBadInputsRuleSet", 2, {})

    def _but_trusted(self) -> waf.CfnWebACL.StatementProperty | None:
        """A shop's server calls for all its shoppers, from one address."""
        trusted = self._stage.edge.trusted_addresses
        if not trusted:
            return None
        addresses = waf.CfnIPSet(
            self,
            "Trusted",
            name=self._names.of("trusted"),
            scope="CLOUDFRONT",
            ip_address_version="IPV4",
            addresses=trusted,
        )
        of_them = waf.CfnWebACL.IPSetReferenceStatementProperty(arn=addresses.attr_arn)
        return waf.CfnWebACL.StatementProperty(
            not_statement=waf.CfnWebACL.NotStatementProperty(
                statement=waf.CfnWebACL.StatementProperty(ip_set_reference_statement=of_them)
            )
        )


def _managed(name: str, priority: int, counted: dict[str, str]) -> waf.CfnWebACL.RuleProperty:
    count = waf.CfnWebACL.RuleActionProperty(count={})
    return waf.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
        statement=waf.CfnWebACL.StatementProperty(
            managed_rule_group_statement=waf.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=name,
                rule_action_overrides=[
                    waf.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=count)
                    for rule in counted
                ],
            )
        ),
        visibility_config=_seen(name),
    )


def _seen(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
