package io.tributary.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ec2.FlowLogDestination;
import software.amazon.awscdk.services.ec2.FlowLogOptions;
import software.amazon.awscdk.services.ec2.FlowLogTrafficType;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/**
 * Private subnets without a way to the internet: services of AWS are reached by endpoints. In place of it a network that exists can
 * be named, whose routes are its owner's matter.
 */
final class Network extends Construct {

    /** Redshift Serverless asks for three. */
    private static final int ZONES = 3;

    /** An endpoint has an address in this many of the zones, and can be reached from all of them. */
    private static final int ENDPOINT_ZONES = 2;

    private final IVpc vpc;
    private final List<ISubnet> subnets;
    private final @Nullable SecurityGroup endpoints;

    private Network(Construct scope, Parameters parameters, @Nullable IKey key) {
        super(scope, "Network");
        if (key == null) {
            this.vpc = existing(parameters);
            this.subnets = vpc.getPrivateSubnets();
            this.endpoints = null;
            return;
        }
        this.vpc = made(key);
        this.subnets = vpc.getIsolatedSubnets();
        this.endpoints = SecurityGroup.Builder.create(this, "Endpoints")
                .vpc(vpc)
                .description("Endpoints of services")
                .allowAllOutbound(false)
                .build();
    }

    static Network made(Construct scope, Parameters parameters, IKey key) {
        return new Network(scope, parameters, key);
    }

    static Network existing(Construct scope, Parameters parameters) {
        return new Network(scope, parameters, null);
    }

    private IVpc existing(Parameters parameters) {
        List<String> ids = parameters.list("--subnets");
        Annotations.of(this).acknowledgeWarning("@aws-cdk/aws-ec2:noSubnetRouteTableId", "No route is looked at");
        return Vpc.fromVpcAttributes(
                this,
                "Vpc",
                VpcAttributes.builder()
                        .vpcId(parameters.value("--vpc"))
                        .availabilityZones(zones(ids.size()))
                        .privateSubnetIds(ids)
                        .build());
    }

    private IVpc made(IKey key) {
        LogGroup refused = LogGroup.Builder.create(this, "Refused")
                .encryptionKey(key)
                .retention(Logs.KEPT)
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        return Vpc.Builder.create(this, "Vpc")
                .availabilityZones(zones(ZONES))
                .natGateways(0)
                .restrictDefaultSecurityGroup(false)
                .subnetConfiguration(List.of(SubnetConfiguration.builder()
                        .name("Private")
                        .subnetType(SubnetType.PRIVATE_ISOLATED)
                        .cidrMask(24)
                        .build()))
                .gatewayEndpoints(Map.of(
                        "S3", gateway(GatewayVpcEndpointAwsService.S3),
                        "DynamoDb", gateway(GatewayVpcEndpointAwsService.DYNAMODB)))
                .flowLogs(Map.of(
                        "Refused",
                        FlowLogOptions.builder()
                                .trafficType(FlowLogTrafficType.REJECT)
                                .destination(FlowLogDestination.toCloudWatchLogs(refused))
                                .build()))
                .build();
    }

    private static GatewayVpcEndpointOptions gateway(GatewayVpcEndpointAwsService service) {
        return GatewayVpcEndpointOptions.builder().service(service).build();
    }

    /** Not by name, so that the template is the same in every region. */
    private static List<String> zones(int count) {
        List<String> zones = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            zones.add(Fn.select(i, Fn.getAzs()));
        }
        return zones;
    }

    /** A service that is reached from inside; one gateway for S3 and one for DynamoDB are there already. */
    void endpoint(String id, InterfaceVpcEndpointAwsService service) {
        if (endpoints == null) {
            return;
        }
        vpc.addInterfaceEndpoint(
                id,
                InterfaceVpcEndpointOptions.builder()
                        .service(service)
                        .open(false)
                        .securityGroups(List.of(endpoints))
                        .subnets(SubnetSelection.builder()
                                .subnets(subnets.subList(0, ENDPOINT_ZONES))
                                .build())
                        .build());
    }

    /** A group for something that calls services; from a network of ours nothing else can be reached. */
    SecurityGroup caller(Construct scope, String description) {
        SecurityGroup group = SecurityGroup.Builder.create(scope, "Group")
                .vpc(vpc)
                .description(description)
                .allowAllOutbound(endpoints == null)
                .build();
        if (endpoints != null) {
            endpoints.addIngressRule(group, Port.tcp(443), description);
            group.addEgressRule(endpoints, Port.tcp(443), "Endpoints of services");
            // S3 and DynamoDB are reached by routes, and there is no other route out of the subnets.
            group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "S3 and DynamoDB by their gateways");
        }
        return group;
    }

    /** A group for something that is called, by nobody yet. */
    SecurityGroup called(Construct scope, String description) {
        return SecurityGroup.Builder.create(scope, "Group")
                .vpc(vpc)
                .description(description)
                .allowAllOutbound(false)
                .build();
    }

    /** Lets one reach the other, in both their rules. */
    void allow(SecurityGroup from, ISecurityGroup to, int port, String why) {
        to.addIngressRule(from, Port.tcp(port), why);
        if (endpoints != null) {
            from.addEgressRule(to, Port.tcp(port), why);
        }
    }

    /** Lets one reach a system that is not of this deployment. */
    void allowOut(SecurityGroup from, int port, String why) {
        if (endpoints != null) {
            from.addEgressRule(Peer.anyIpv4(), Port.tcp(port), why);
        }
    }

    IVpc vpc() {
        return vpc;
    }

    SubnetSelection selection() {
        return SubnetSelection.builder().subnets(subnets).build();
    }

    List<String> subnetIds() {
        return subnets.stream().map(ISubnet::getSubnetId).collect(Collectors.toList());
    }
}
